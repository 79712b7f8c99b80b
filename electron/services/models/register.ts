import type { z } from 'zod';
import {
  type ModelDefinition,
  type ModelSource,
  type Proposal,
  ModelDefinition as Schema,
} from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { canonicalJson } from '../audit/canonical.ts';
import { candidatesOf } from './candidates.ts';
import { oneAtATime, taken, writeNewDefinition } from './changes.ts';
import { definitionText } from './definition-file.ts';
import { gapsOf } from './evidence.ts';
import { finishVersion, isUnfinished } from './finish.ts';
import { type Gathered, gather } from './gather.ts';
import { inspectModel, type KindFile } from './kinds/read-kind.ts';
import { versionTag } from './layout.ts';
import { checkName, checkVersion } from './names.ts';
import { type NextVersion, nextVersion } from './next-version.ts';
import { proposeSignature } from './propose-signature.ts';
import type { Registry } from './registry.ts';
import { objectFile } from './store-place.ts';

export type Registering = {
  readonly project: string;
  readonly name: string;
  readonly source: z.input<typeof ModelSource>;
  readonly version?: string | null;
  readonly description?: string;
  readonly licence?: string | null;
  readonly owner?: string | null;
  readonly example?: string | null;
};
export type RegisterWork = {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number, label: string) => void;
};

/** What registering would do; nothing is written, and only headers are read. */
export async function propose(
  registry: Registry,
  { project, source, name }: { project: string; source: z.input<typeof ModelSource>; name: string | null },
): Promise<Proposal> {
  const gathered = gather(registry, project, source, null);
  const files = gathered.files.map(({ path, file, size }): KindFile => ({ path, file, size }));
  const [{ kind }, signature] = [await inspectModel(files), (await proposeSignature({ files }))?.signature ?? null];
  const next = await proposeVersion(registry, project, name, { ...gathered.known, signature });
  const evidence = gathered.evidence.map(({ file: _file, ...one }) => ({ ...one, sha256: '' }));
  return {
    name: name ?? nameFor(gathered),
    ...next,
    files: gathered.files.map(({ path, size }) => ({ path, size })),
    bytes: gathered.files.reduce((sum, { size }) => sum + size, 0),
    kind,
    signature,
    artifacts: gathered.run ? candidatesOf(gathered.run.artifacts) : [],
    gaps: gapsOf({
      ...gathered.known,
      description: '',
      licence: null,
      owner: null,
      example: null,
      evidence,
      signature,
      kind,
    }),
  };
}

/** A name for who has none: the experiment's, in the letters that a name may have. */
function nameFor({ run, files }: Gathered): string {
  const from = run && run.experiment !== 'default' ? run.experiment : (files[0]?.path.split('/').at(-1) ?? 'model');
  const name = from
    .toLowerCase()
    .replace(/\.[a-z0-9]+$/, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');
  return name === '' || name === 'audit' || name === 'keys' ? 'model' : name;
}

async function proposeVersion(
  registry: Registry,
  project: string,
  name: string | null,
  made: Parameters<typeof nextVersion>[1],
): Promise<NextVersion> {
  if (name === null) return nextVersion(null, made);
  const [newest] = await registry.known(project, checkName(name));
  const tagged = (await registry.tagsOf(project, name)).versions;
  const next = nextVersion(newest ? registry.read(project, name, newest.version).definition : null, made);
  let version = next.version;
  // a version of another branch has its tag already
  while (tagged.has(version)) {
    const [major, minor, patch] = version.split('.').map(Number) as [number, number, number];
    version = `${major}.${minor}.${patch + 1}`;
  }
  const why = version === next.version ? next.why : `${next.why} ${next.version} is taken on another branch.`;
  return { version, why };
}

/**
 * Makes a version of a model: its bytes go into the store, its evidence into `models/<name>/<version>.yaml`, an event into the log; then both
 * are committed and the commit gets the version's tag. In this order, so that whoever is killed has lost nothing, and a repeat completes it.
 * @returns the version
 * @throws AppError CONFLICT when that version is there, when a file changes while it is read, or during a merge; BAD_REQUEST, NOT_FOUND,
 * UNAVAILABLE (a full disk), CANCELLED
 */
export async function register(registry: Registry, what: Registering, work: RegisterWork = {}): Promise<string> {
  const { project } = what;
  const { deps } = registry;
  const root = registry.rootOf(project);
  const name = checkName(what.name);
  const wanted = what.version == null ? null : checkVersion(what.version);
  // everything that can be wrong is asked before anything is written
  const author = registry.commits(project) ? await deps.git.whoMayCommit(root) : await deps.audit.identity(project);
  if (wanted !== null) await refuseTaken(registry, project, name, wanted);
  const gathered = gather(registry, project, what.source, what.example ?? null);
  const evidence = await keep(registry, what, gathered, work);

  return oneAtATime(
    root,
    async () => {
      const unfinished = await findUnfinished(registry, project, name, wanted, evidence);
      if (unfinished !== null) {
        await finishVersion(registry, project, name, unfinished);
        return unfinished;
      }
      const version = wanted ?? (await proposeVersion(registry, project, name, evidence)).version;
      if ((await registry.known(project, name)).some((one) => one.version === version)) throw taken(name, version);
      await refuseTaken(registry, project, name, version);
      const definition = Schema.parse({
        assay: 'model-version/1',
        model: name,
        version,
        created: new Date(deps.clock.now()).toISOString(),
        author: { name: author.name, email: author.email },
        description: what.description ?? '',
        licence: what.licence ?? null,
        owner: what.owner ?? null,
        ...evidence,
      });
      const text = definitionText(definition);
      if (work.signal?.aborted) throw new AppError('CANCELLED', 'Cancelled. No version was registered.');
      writeNewDefinition(root, name, version, text);
      await finishVersion(registry, project, name, version);
      return version;
    },
    work.signal,
  );
}

type Evidence = Omit<
  ModelDefinition,
  'assay' | 'model' | 'version' | 'created' | 'author' | 'description' | 'licence' | 'owner'
>;

/** Takes the bytes into the store and reads what they are from there: what is recorded is what is kept. */
async function keep(registry: Registry, what: Registering, gathered: Gathered, work: RegisterWork): Promise<Evidence> {
  const { folder, mode } = registry.store(what.project);
  const all = [...gathered.files, ...gathered.evidence];
  const total = all.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const label = `storing ${what.name}`;
  work.onProgress?.(0, total, label);
  const stored = await registry.threads.ask(
    'store',
    { files: all.map(({ file, path }) => ({ file, path })), folder, mode },
    {
      signal: work.signal,
      onBytes: (count) => {
        done += count;
        work.onProgress?.(done, total, label);
      },
    },
  );
  work.onProgress?.(total, total, label);
  const plain = stored.map(({ path, size, sha256 }) => ({ path, size, sha256 }));
  const files = plain.slice(0, gathered.files.length);
  const kindFiles = files.map(({ path, size, sha256 }): KindFile => ({ path, size, file: objectFile(folder, sha256) }));
  const { kind } = await inspectModel(kindFiles);
  const proposed = await proposeSignature({ files: kindFiles, example: gathered.example?.file ?? null });
  return {
    kind,
    files,
    evidence: plain.slice(gathered.files.length).map((file, i) => {
      const { role, key } = gathered.evidence[i]!;
      return { ...file, role, ...(key === undefined ? {} : { key }) };
    }),
    ...gathered.known,
    signature: proposed?.signature ?? null,
    example: gathered.example?.path ?? null,
  };
}

/** A version whose registration was cut off, and that is what would be registered now. */
async function findUnfinished(
  registry: Registry,
  project: string,
  name: string,
  wanted: string | null,
  made: Evidence,
): Promise<string | null> {
  const [newest] = await registry.known(project, name);
  const version = wanted ?? newest?.version;
  if (version === undefined || !(await registry.known(project, name)).some((one) => one.version === version))
    return null;
  if (!(await isUnfinished(registry, project, name, version))) return null;
  const { files, run } = registry.read(project, name, version).definition;
  const same = canonicalJson([files, run?.id ?? null]) === canonicalJson([made.files, made.run?.id ?? null]);
  return same ? version : null;
}

async function refuseTaken(registry: Registry, project: string, name: string, version: string): Promise<void> {
  const there = (await registry.known(project, name)).some((one) => one.version === version);
  if (there) {
    if (!(await isUnfinished(registry, project, name, version))) throw taken(name, version);
  } else if ((await registry.tagsOf(project, name)).versions.has(version))
    throw new AppError(
      'CONFLICT',
      `The tag ${versionTag(name, version)} is there, but its definition is not on this branch. Merge the branch that has it, or choose another version.`,
    );
}
