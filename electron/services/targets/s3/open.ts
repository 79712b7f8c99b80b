import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelName, ModelVersion, PointerName } from '../../../../shared/contract/models.ts';
import { AppError } from '../../../../shared/errors.ts';
import { writeFileAtomic } from '../../../platform/files.ts';
import { parallel } from '../../remotes/parallel.ts';
import { openS3 } from '../../remotes/s3.ts';
import type { RemoteStore } from '../../remotes/store.ts';
import { MAX_FILES, MAX_TEXT, needRoom } from '../arriving.ts';
import { Manifest, manifestOf, otherVersion, planItems, textsOf } from '../beside.ts';
import type { DeclaredTarget } from '../declared.ts';
import type { Driver, DriverOptions, OutgoingFile, OutgoingVersion } from '../driver.ts';
import { newestFirst } from '../newest-first.ts';
import { fetchObject, hashObject, textObject } from './objects.ts';

type Declared = Extract<DeclaredTarget, { type: 's3' }>;
const AT_ONCE = 4;

/** Where things of one model are, below the target's prefix; the same as in a folder. */
const keysOf = (name: string) => ({
  files: (version: string): string => `${ModelName.parse(name)}/${ModelVersion.parse(version)}/`,
  beside: (version: string): string => `${ModelName.parse(name)}/.assay/versions/${ModelVersion.parse(version)}/`,
  versions: `${ModelName.parse(name)}/.assay/versions/`,
  aliases: `${ModelName.parse(name)}/.assay/aliases/`,
});

/**
 * A bucket of Amazon's S3 or of a server that speaks its language. A version counts as there when its `manifest.json` is, which is written
 * last; an alias is an object with the version's number, and an empty one is none.
 */
export async function openS3Target(declared: Declared, { name: target, secret }: DriverOptions): Promise<Driver> {
  const { url, endpoint, region, profile, ca } = declared;
  if (!/^s3:\/\/[^/]+/.test(url))
    throw new AppError(
      'BAD_REQUEST',
      `The url of the target "${target}" is not s3://bucket/prefix. Correct it in assay.yaml.`,
    );
  const settings: Record<string, string> = {
    ...(endpoint === undefined ? {} : { endpointurl: endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(ca === undefined ? {} : { ssl_verify: ca }),
    ...(secret?.user ? { access_key_id: secret.user, secret_access_key: secret.secret } : {}),
  };
  if (secret && !secret.user)
    throw new AppError(
      'UNAUTHORIZED',
      `The secret of ${target} lacks its access key. Keep both with "assay targets login ${target} --user KEY".`,
    );
  const opened = await openS3({ name: target, url, settings }).catch((error: unknown) => {
    throw inWordsOfTargets(error);
  });
  const store = sayingTarget(opened, target);

  const manifestAt = async (model: string, version: string, signal: AbortSignal): Promise<Manifest | null> => {
    const text = await textObject(store, `${keysOf(model).beside(version)}manifest.json`, MAX_TEXT, signal);
    try {
      return text === null ? null : (Manifest.safeParse(JSON.parse(text)).data ?? null);
    } catch {
      return null;
    }
  };

  /** Path → size of all objects below a key. */
  const listed = async (prefix: string, signal: AbortSignal): Promise<Map<string, number>> => {
    const found = new Map<string, number>();
    for await (const { key, size } of store.list!(prefix, signal)) {
      found.set(key.slice(prefix.length), size);
      if (found.size > MAX_FILES * 2) throw new AppError('CONFLICT', `${target} has too many objects under ${prefix}.`);
    }
    return found;
  };

  const aliasesOf = async (model: string, signal: AbortSignal): Promise<Record<string, string>> => {
    const { aliases } = keysOf(model);
    const found: Record<string, string> = {};
    for (const [alias, size] of await listed(aliases, signal)) {
      if (size === 0 || size > 200 || !PointerName.safeParse(alias).success) continue;
      const version = (await textObject(store, `${aliases}${alias}`, 200, signal))?.trim() ?? '';
      if (ModelVersion.safeParse(version).success) found[alias] = version;
    }
    return found;
  };

  const putText = async (key: string, text: string, folder: string, signal: AbortSignal): Promise<void> => {
    const path = join(folder, 'text');
    writeFileSync(path, text);
    await store.put({ key, path, size: Buffer.byteLength(text), md5: null }, signal, () => {});
  };

  const stateOf = async ({ definition: { model, version } }: OutgoingVersion, signal: AbortSignal) => {
    const keys = keysOf(model);
    const [manifest, files, beside] = await Promise.all([
      manifestAt(model, version, signal),
      listed(keys.files(version), signal),
      listed(keys.beside(version), signal),
    ]);
    return { manifest, files, beside };
  };

  const differs = (version: OutgoingVersion, what: string): AppError => {
    // what has the right size and the wrong bytes would be taken for there the next time
    writeFileAtomic(join(version.resume, 'resend'), '');
    const { model, version: number } = version.definition;
    return new AppError('CONFLICT', `${what} of ${model}@${number} in ${target} is not what was pushed.`);
  };

  return {
    async plan(version, signal) {
      const { model, version: number } = version.definition;
      const { manifest, files, beside } = await stateOf(version, signal);
      if (manifest && manifest.definition !== version.digest) throw otherVersion(target, version);
      const aliases = await aliasesOf(model, signal);
      const sizes = new Map([...version.files, ...version.evidence].map(({ path, size }) => [path, size]));
      return {
        ref: `${url.replace(/\/+$/, '')}/${keysOf(model).files(number)}`,
        items: planItems(version, (kind, path) => {
          if (kind === 'files') return files.get(path) === sizes.get(path);
          return kind === 'evidence' ? beside.get(`evidence/${path}`) === sizes.get(path) : beside.has(path);
        }),
        steps: version.aliases
          .filter((alias) => aliases[alias] !== number)
          .map((alias) => (aliases[alias] ? `moves ${alias} from ${aliases[alias]}` : `sets ${alias}`)),
      };
    },

    async push(version, { signal, onBytes }) {
      const { model, version: number } = version.definition;
      const keys = keysOf(model);
      const { manifest, files, beside } = await stateOf(version, signal);
      if (manifest && manifest.definition !== version.digest) throw otherVersion(target, version);
      const resend = existsSync(join(version.resume, 'resend'));
      let sent = 0;
      let skipped = 0;
      const send = (file: OutgoingFile, key: string, there: number | undefined) => async (stop: AbortSignal) => {
        const label = `Sending ${file.path}`;
        if (there === file.size && !resend) {
          skipped += file.size;
          onBytes(file.size, label);
          return;
        }
        let gone = 0;
        const count = (bytes: number): void => {
          gone += bytes;
          onBytes(bytes, label);
        };
        try {
          await store.put({ key, path: file.file, size: file.size, md5: null }, stop, count);
        } catch (error) {
          onBytes(-gone, label);
          throw error;
        }
        sent += file.size;
      };
      const work = [
        ...version.files.map((file) => send(file, `${keys.files(number)}${file.path}`, files.get(file.path))),
        ...version.evidence.map((file) =>
          send(file, `${keys.beside(number)}evidence/${file.path}`, beside.get(`evidence/${file.path}`)),
        ),
      ];
      await parallel(work, AT_ONCE, signal, (one, stop) => one(stop));
      let texts = 0;
      for (const [name, text] of Object.entries(textsOf(version))) {
        const key = `${keys.beside(number)}${name}`;
        if (beside.has(name) && (await textObject(store, key, MAX_TEXT, signal)) === text) continue;
        await putText(key, text, version.resume, signal);
        texts++;
      }
      if (manifest === null || texts > 0 || sent > 0) {
        const text = `${JSON.stringify(manifestOf(version), null, 2)}\n`;
        await putText(`${keys.beside(number)}manifest.json`, text, version.resume, signal);
      }
      for (const alias of version.aliases)
        await putText(`${keys.aliases}${PointerName.parse(alias)}`, `${number}\n`, version.resume, signal);
      return {
        ref: `${url.replace(/\/+$/, '')}/${keys.files(number)}`,
        digest: version.digest,
        aliases: [...version.aliases],
        bytes: sent,
        skippedBytes: skipped,
        details: {},
      };
    },

    async verify(version, { aliases }, { signal, onBytes }) {
      const { model, version: number } = version.definition;
      const keys = keysOf(model);
      const { manifest, files } = await stateOf(version, signal);
      if (manifest?.definition !== version.digest) throw differs(version, 'manifest.json');
      const extra = [...files.keys()].find((path) => !version.files.some((file) => file.path === path));
      if (extra !== undefined) throw differs(version, `The object ${extra}, which was not pushed,`);
      const check = async (file: OutgoingFile, key: string, stop: AbortSignal): Promise<void> => {
        const reading = { signal: stop, onBytes: (count: number) => onBytes(count, `Reading back ${file.path}`) };
        const found = await hashObject(store, key, file.size, reading);
        if (found?.size !== file.size || found.sha256 !== file.sha256) throw differs(version, file.path);
      };
      const all = [
        ...version.files.map((file) => ({ file, key: `${keys.files(number)}${file.path}` })),
        ...version.evidence.map((file) => ({ file, key: `${keys.beside(number)}evidence/${file.path}` })),
      ];
      await parallel(all, AT_ONCE, signal, ({ file, key }, stop) => check(file, key, stop));
      for (const [name, text] of Object.entries(textsOf(version)))
        if ((await textObject(store, `${keys.beside(number)}${name}`, MAX_TEXT, signal)) !== text)
          throw differs(version, name);
      const now = await aliasesOf(model, signal);
      for (const alias of aliases) if (now[alias] !== number) throw differs(version, `The alias ${alias}`);
    },

    async remote(name, signal) {
      const found = [...(await listed(keysOf(name).versions, signal)).keys()];
      const versions = found.flatMap((key) => /^([^/]+)\/manifest\.json$/.exec(key)?.[1] ?? []);
      return {
        versions: versions.filter((one) => ModelVersion.safeParse(one).success).sort(newestFirst),
        aliases: await aliasesOf(name, signal),
      };
    },

    async setAlias(name, alias, version, signal) {
      if (version !== null && (await manifestAt(name, version, signal)) === null)
        throw new AppError('NOT_FOUND', `${target} has no ${name}@${version}. Push that version there first.`);
      await withTemporary((folder) =>
        putText(
          `${keysOf(name).aliases}${PointerName.parse(alias)}`,
          version === null ? '' : `${version}\n`,
          folder,
          signal,
        ),
      );
    },

    async pull(name, version, folder, { signal, onBytes }) {
      const keys = keysOf(name);
      const manifest = await manifestAt(name, version, signal);
      if (!manifest) throw new AppError('NOT_FOUND', `${target} has no ${name}@${version}.`);
      const take = async (prefix: string, below: string): Promise<OutgoingFile[]> => {
        const taken: OutgoingFile[] = [];
        const found = await listed(prefix, signal);
        needRoom(
          folder,
          [...found.values()].reduce((all, size) => all + size, 0),
        );
        for (const [path, size] of found) {
          const reading = { signal, onBytes: (count: number) => onBytes(count, `Fetching ${path}`) };
          taken.push(await fetchObject(store, `${prefix}${path}`, join(folder, below), path, size, reading));
        }
        return taken;
      };
      const text = (file: string) => textObject(store, `${keys.beside(version)}${file}`, MAX_TEXT, signal);
      return {
        definitionText: await text('definition.yaml'),
        files: await take(keys.files(version), 'files'),
        evidence: await take(`${keys.beside(version)}evidence/`, 'evidence'),
        card: await text('card.md'),
        signature: await text('model.sig'),
      };
    },

    async test(signal) {
      // lists no more than a page
      for await (const _ of store.list!('', signal)) break;
      return `${store.address} answers and can be listed.`;
    },

    close: () => store.close(),
  };
}

async function withTemporary<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const { mkdtemp, rm } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  const folder = await mkdtemp(join(tmpdir(), 'assay-alias-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const WORDS: readonly (readonly [remote: string, target: string])[] = [
  ['ssl_verify of the remote', 'ca of the target'],
  ['endpointurl of the remote', 'endpoint of the target'],
  ["the remote's url", "the target's url"],
];

/** What is called otherwise in `assay.yaml` than in `.dvc/config`. */
function inWordsOfTargets(error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  const message = WORDS.reduce((text, [remote, target]) => text.replace(remote, target), error.message);
  return message === error.message ? error : new AppError(error.code, message, error.data, { cause: error });
}

/** Remotes of data speak of `.dvc/config` when a key is wrong; a target's is elsewhere. */
function sayingTarget(store: RemoteStore, target: string): RemoteStore {
  const say = (error: unknown): unknown =>
    error instanceof AppError && error.code === 'UNAUTHORIZED'
      ? new AppError(
          'UNAUTHORIZED',
          `${store.address} does not know who you are. Keep an access key with "assay targets login ${target} --user KEY", set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile in assay.yaml.`,
          error.data,
        )
      : inWordsOfTargets(error);
  const saying = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw say(error);
    }
  };
  return {
    ...store,
    size: (...args) => saying(store.size(...args)),
    get: (...args) => saying(store.get(...args)),
    put: (...args) => saying(store.put(...args)),
    async *list(...args) {
      try {
        yield* store.list!(...args);
      } catch (error) {
        throw say(error);
      }
    },
  };
}
