import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ModelName, ModelVersion, PointerName } from '../../../../shared/contract/models.ts';
import { AppError } from '../../../../shared/errors.ts';
import { createWeb } from '../../web/web.ts';
import { arrive, MAX_FILES, MAX_TEXT, needRoom, pathBelow } from '../arriving.ts';
import { Manifest, otherVersion } from '../beside.ts';
import type { DeclaredTarget } from '../declared.ts';
import type { Driver, DriverOptions, OutgoingFile, OutgoingVersion } from '../driver.ts';
import { newestFirst } from '../newest-first.ts';
import { createHubApi, type TreeEntry } from './api.ts';
import {
  ATTRIBUTES,
  BESIDE,
  bytesOf,
  CARD,
  contentOf,
  type Entry,
  EVIDENCE,
  isSame,
  MANIFEST,
  sampleOf,
} from './content.ts';
import { uploadLfs } from './lfs.ts';

type Declared = Extract<DeclaredTarget, { type: 'huggingface' }>;

const PUBLIC = 'https://huggingface.co';
/** What the Hub takes into git itself; more goes to its LFS store. */
const MAX_REGULAR = 1 << 20;
const MAX_REGULAR_SUM = 32 << 20;

const sizeOf = ({ lfs, size }: TreeEntry): number => lfs?.size ?? size;

/**
 * A Hugging Face Hub, or a server that speaks its protocol: one repository per model, one tag per version and alias, and `main` as it was
 * pushed last.
 */
export async function openHuggingface(declared: Declared, { name: target, secret }: DriverOptions): Promise<Driver> {
  const endpoint = (declared.url ?? PUBLIC).replace(/\/+$/, '');
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw new AppError('BAD_REQUEST', `The url of the target "${target}" is no web address. Correct it in assay.yaml.`);
  const { env } = process;
  // only the Hub that these variables are about gets that token
  const isTheirs = endpoint === (env.HF_ENDPOINT ?? PUBLIC).replace(/\/+$/, '');
  const token = secret?.secret ?? (isTheirs ? env.HF_TOKEN : undefined) ?? null;
  const web = createWeb({ ca: declared.ca });
  const api = createHubApi(web, endpoint, token, target);
  let user: string | null = null;

  const repoOf = async (name: string, signal: AbortSignal): Promise<string> => {
    ModelName.parse(name);
    if (token !== null && user === null) user = await api.whoami(signal);
    const namespace = declared.namespace ?? user;
    if (namespace === null)
      throw new AppError(
        'UNAUTHORIZED',
        `Nobody is signed in to ${target}. Keep a token with "assay targets login ${target}", or name its namespace in assay.yaml to read.`,
      );
    return `${namespace}/${name}`;
  };

  const treeOf = async (repo: string, revision: string, signal: AbortSignal): Promise<Map<string, TreeEntry>> =>
    new Map((await api.tree(repo, revision, signal)).map((entry) => [entry.path, entry]));

  /** Whether a tree is the version's, and nothing else. */
  const holds = (tree: ReadonlyMap<string, TreeEntry>, content: readonly Entry[]): boolean =>
    content.every((entry) => isSame(entry, tree.get(entry.path))) &&
    [...tree.keys()].every((path) => path === ATTRIBUTES || content.some((entry) => entry.path === path));

  const refuseOther = (
    tree: ReadonlyMap<string, TreeEntry>,
    content: readonly Entry[],
    version: OutgoingVersion,
  ): void => {
    const definition = content.find(({ what }) => what === 'definition')!;
    if (!isSame(definition, tree.get(definition.path))) throw otherVersion(target, version);
  };

  /** The commit on main with all of the content, made unless main has it. */
  const commitTo = async (
    repo: string,
    content: readonly Entry[],
    version: OutgoingVersion,
    work: Parameters<Driver['push']>[1],
  ): Promise<{ commit: string; bytes: number; skipped: number }> => {
    const { signal, onBytes } = work;
    const parent = await api.commitOf(repo, 'main', signal);
    const tree = await treeOf(repo, parent, signal);
    const all = content.reduce((sum, { size }) => sum + size, 0);
    if (holds(tree, content)) {
      onBytes(all, `Found in ${target}`);
      return { commit: parent, bytes: 0, skipped: all };
    }
    const fresh = content.filter((entry) => entry.path === MANIFEST || !isSame(entry, tree.get(entry.path)));
    const samples = fresh.map((entry) => ({ path: entry.path, sample: sampleOf(entry), size: entry.size }));
    const modes = await api.modes(repo, samples, signal);
    let regularBytes = 0;
    const isLfs = (entry: Entry): boolean => {
      if (entry.size === 0) return false;
      if (modes.get(entry.path) === 'lfs' || entry.size > MAX_REGULAR) return true;
      regularBytes += entry.size;
      return regularBytes > MAX_REGULAR_SUM;
    };
    const lfs = fresh.filter(isLfs);
    const regular = fresh.filter((entry) => !lfs.includes(entry));
    const sent = await uploadLfs(api, repo, lfs, work);
    const { model, version: number } = version.definition;
    const stale = [...tree.keys()].filter(
      (path) => path !== ATTRIBUTES && !content.some((entry) => entry.path === path),
    );
    const commit = await api.commit(
      repo,
      [
        {
          key: 'header',
          value: {
            summary: `${model} ${number}`,
            description: [
              `definition sha256:${version.digest}`,
              `audit head ${version.auditHead}`,
              version.approval ?? 'not approved',
            ].join('\n'),
            parentCommit: parent,
          },
        },
        ...regular.map((entry) => ({
          key: 'file',
          value: { path: entry.path, encoding: 'base64', content: bytesOf(entry).toString('base64') },
        })),
        ...lfs.map(({ path, sha256, size }) => ({
          key: 'lfsFile',
          value: { path, algo: 'sha256', oid: sha256, size },
        })),
        ...stale.map((path) => ({ key: 'deletedFile', value: { path } })),
      ],
      signal,
    );
    const small = regular.reduce((sum, { size }) => sum + size, 0);
    onBytes(all - lfs.reduce((sum, { size }) => sum + size, 0), `Committed to ${target}`);
    return { commit, bytes: sent + small, skipped: all - sent - small };
  };

  const aliasesIn = (tags: Readonly<Record<string, string>>): Record<string, string> => {
    const versions = Object.keys(tags).filter((tag) => ModelVersion.safeParse(tag).success);
    const found: Record<string, string> = {};
    for (const [tag, commit] of Object.entries(tags)) {
      const version = versions.find((one) => tags[one] === commit);
      if (version !== undefined && PointerName.safeParse(tag).success) found[tag] = version;
    }
    return found;
  };

  return {
    async plan(version, signal) {
      const { model, version: number } = version.definition;
      const repo = await repoOf(model, signal);
      const content = contentOf(version);
      const tags = await api.tags(repo, signal);
      const known = tags?.[number];
      const tree = tags === null ? new Map<string, TreeEntry>() : await treeOf(repo, known ?? 'main', signal);
      if (known !== undefined) refuseOther(tree, content, version);
      const aliases = aliasesIn(tags ?? {});
      return {
        ref: `${repo}@${number}`,
        items: content.map((entry) => ({
          path: entry.path,
          what: entry.what,
          bytes: entry.size,
          digest: entry.sha256,
          there: isSame(entry, tree.get(entry.path)),
        })),
        steps: [
          ...(tags === null ? [`creates the ${declared.private ? 'private' : 'public'} repository ${repo}`] : []),
          ...(known === undefined ? [`commits to main and tags it ${number}`] : []),
          ...version.aliases
            .filter((alias) => aliases[alias] !== number)
            .map((alias) => (aliases[alias] ? `moves ${alias} from ${aliases[alias]}` : `sets ${alias}`)),
        ],
      };
    },

    async push(version, work) {
      const { signal, onBytes } = work;
      const { model, version: number } = version.definition;
      const repo = await repoOf(model, signal);
      const content = contentOf(version);
      let tags = await api.tags(repo, signal);
      if (tags === null) {
        await api.create(repo, declared.private ?? false, user, signal);
        tags = {};
      }
      const known = tags[number];
      let done: { commit: string; bytes: number; skipped: number } | null = null;
      if (known !== undefined) {
        const tree = await treeOf(repo, known, signal);
        refuseOther(tree, content, version);
        const all = content.reduce((sum, { size }) => sum + size, 0);
        if (holds(tree, content)) done = { commit: known, bytes: 0, skipped: all };
        if (done) onBytes(all, `Found in ${target}`);
      }
      done ??= await commitTo(repo, content, version, work);
      // a card or signature that came later makes another commit of the same version, and its aliases go along
      const along = known === undefined ? [] : Object.keys(tags).filter((tag) => tags[tag] === known && tag !== number);
      await api.setTag(repo, number, done.commit, tags, signal);
      for (const alias of new Set([...version.aliases, ...along]))
        await api.setTag(repo, alias, done.commit, tags, signal);
      return {
        ref: `${repo}@${number}`,
        digest: done.commit,
        aliases: [...version.aliases],
        bytes: done.bytes,
        skippedBytes: done.skipped,
        details: { repo, commit: done.commit },
      };
    },

    async verify(version, pushed, { signal, onBytes }) {
      const { model, version: number } = version.definition;
      const repo = await repoOf(model, signal);
      const commit = pushed.digest;
      const differs = (what: string): AppError =>
        new AppError('CONFLICT', `${what} of ${repo}@${number} in ${target} is not what was pushed.`);
      const tags = (await api.tags(repo, signal)) ?? {};
      if (tags[number] !== commit) throw differs(`The tag ${number}`);
      for (const alias of pushed.aliases) if (tags[alias] !== commit) throw differs(`The alias ${alias}`);
      const tree = await treeOf(repo, commit, signal);
      const content = contentOf(version);
      const { previous } = version;
      const known = previous?.verified === true && previous.digest === commit && pushed.bytes === 0;
      for (const entry of content) {
        const there = tree.get(entry.path);
        if (!isSame(entry, there)) throw differs(entry.path);
        const label = `Reading back ${entry.path}`;
        // the Hub's store keeps these by their SHA-256
        if (known && there?.lfs) {
          onBytes(entry.size, label);
          continue;
        }
        const answer = await api.file(repo, commit, entry.path, signal);
        if (entry.path === MANIFEST) {
          const found = Manifest.safeParse(await answer.json(MAX_TEXT));
          if (found.data?.definition !== version.digest) throw differs(entry.path);
          continue;
        }
        const hash = createHash('sha256');
        let size = 0;
        for await (const bytes of answer.stream) {
          size += bytes.length;
          if (size > entry.size) {
            answer.giveUp();
            throw differs(entry.path);
          }
          hash.update(bytes);
          onBytes(bytes.length, label);
        }
        if (size !== entry.size || hash.digest('hex') !== entry.sha256) throw differs(entry.path);
      }
      const extra = [...tree.keys()].find(
        (path) => path !== ATTRIBUTES && !content.some((entry) => entry.path === path),
      );
      if (extra !== undefined) throw differs(`The file ${extra}, which was not pushed,`);
    },

    async remote(name, signal) {
      const tags = (await api.tags(await repoOf(name, signal), signal)) ?? {};
      const versions = Object.keys(tags).filter((tag) => ModelVersion.safeParse(tag).success);
      return { versions: versions.sort(newestFirst), aliases: aliasesIn(tags) };
    },

    async setAlias(name, alias, version, signal) {
      const repo = await repoOf(name, signal);
      const tags = (await api.tags(repo, signal)) ?? {};
      if (version !== null && !Object.hasOwn(tags, version))
        throw new AppError('NOT_FOUND', `${target} has no ${name}@${version}. Push that version there first.`);
      await api.setTag(repo, PointerName.parse(alias), version === null ? null : tags[version]!, tags, signal);
    },

    async pull(name, version, folder, { signal, onBytes }) {
      const repo = await repoOf(name, signal);
      const tags = await api.tags(repo, signal);
      const commit = tags?.[version];
      if (commit === undefined)
        throw new AppError(
          'NOT_FOUND',
          `${target} has no ${name}@${version}. Look at what it has under ${endpoint}/${repo}.`,
        );
      const tree = await api.tree(repo, commit, signal);
      if (tree.length > MAX_FILES)
        throw new AppError('CONFLICT', `${repo} has ${tree.length} files, more than Assay takes.`);
      // before any of them becomes a part of an address
      for (const { path } of tree) pathBelow(folder, path);
      needRoom(
        folder,
        tree.reduce((sum, entry) => sum + sizeOf(entry), 0),
      );
      const text = async (path: string): Promise<string | null> =>
        tree.some((entry) => entry.path === path) ? (await api.file(repo, commit, path, signal)).text(MAX_TEXT) : null;
      const manifest = Manifest.safeParse(parsed(await text(MANIFEST))).data;
      const own = new Set(manifest?.files.map(({ path }) => path) ?? []);
      const isModel = (path: string): boolean =>
        own.has(path) || (path !== ATTRIBUTES && !path.startsWith(BESIDE) && (manifest === undefined || path !== CARD));
      const take = async (entries: readonly TreeEntry[], below: string, cut: number): Promise<OutgoingFile[]> => {
        mkdirSync(join(folder, below));
        const taken: OutgoingFile[] = [];
        for (const entry of entries) {
          const { stream } = await api.file(repo, commit, entry.path, signal);
          const count = (bytes: number): void => onBytes(bytes, `Fetching ${entry.path}`);
          taken.push(await arrive(join(folder, below), entry.path.slice(cut), sizeOf(entry), stream, count));
        }
        return taken;
      };
      return {
        definitionText: await text(`${BESIDE}definition.yaml`),
        files: await take(
          tree.filter(({ path }) => isModel(path)),
          'files',
          0,
        ),
        evidence: await take(
          tree.filter(({ path }) => path.startsWith(EVIDENCE)),
          'evidence',
          EVIDENCE.length,
        ),
        card: own.has(CARD) ? await text(`${BESIDE}card.md`) : await text(CARD),
        signature: await text(`${BESIDE}model.sig`),
      };
    },

    async test(signal) {
      if (token !== null) return `Signed in to ${endpoint} as ${await api.whoami(signal)}.`;
      const answer = await api.must('/api/models?limit=1', signal, { method: 'GET' });
      answer.giveUp();
      return `${endpoint} answers. No token is kept, so nothing can be pushed; keep one with "assay targets login ${target}".`;
    },

    async close() {
      web.close();
    },
  };
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
