import { existsSync, mkdirSync, rmdirSync, rmSync } from 'node:fs';
import type { ModelFile } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { chooseRemote } from '../datasets/config.ts';
import { repoOf } from '../datasets/context.ts';
import { prepareTemporary, temporaryFolder } from '../datasets/objects.ts';
import { connectRemote } from '../remotes/client.ts';
import type { RegisterWork } from './register.ts';
import type { Registry } from './registry.ts';
import { findObject, objectFile, objectKey, type Store } from './store-place.ts';

export type MovedBytes = { readonly remote: string; readonly files: number; readonly bytes: number };
type Which = {
  readonly project: string;
  readonly name: string;
  readonly version: string;
  readonly remote: string | null;
};

const remoteOf = (root: string, wanted: string | null) => {
  const repo = repoOf(root);
  if (!repo)
    throw new AppError(
      'NOT_FOUND',
      'The bytes of models go to the remotes of the project\'s data, and it has none. "assay data add" or "dvc init" makes .dvc/config; name a remote there.',
    );
  return chooseRemote(repo, wanted);
};

/** The files of a version, its evidence among them, each content once. */
function objectsOf({ read }: Registry, { project, name, version }: Which): ModelFile[] {
  const { files, evidence } = read(project, name, version).definition;
  return [...new Map([...files, ...evidence].map((file) => [file.sha256, file])).values()];
}

/**
 * Copies a version's bytes to a remote of the project's data, under `files/sha256`. What is there already is not sent; every file is hashed
 * before it goes.
 * @throws AppError NOT_FOUND when this machine lacks some, UNAVAILABLE when one is damaged
 */
export async function pushBytes(registry: Registry, what: Which, work: RegisterWork = {}): Promise<MovedBytes> {
  const { project, name, version } = what;
  const remote = remoteOf(registry.rootOf(project), what.remote);
  const store = registry.store(project);
  const here = objectsOf(registry, what).map((file) => {
    const path = findObject(store, file);
    if (path === null)
      throw new AppError(
        'NOT_FOUND',
        `${file.path} of ${name} ${version} is not on this machine. "assay models pull-bytes ${name}@${version}" fetches it.`,
      );
    return { ...file, file: path };
  });
  const count = counter(work, here, `pushing ${name} ${version} to ${remote.name}`);
  if (remote.folder !== null) {
    const folder = remote.folder;
    mkdirSync(folder, { recursive: true });
    const lacking = here.filter((one) => findObject({ folder, also: [], mode: 0 }, one) === null);
    return { remote: remote.name, ...(await copyObjects(registry, lacking, folder, 0o644, work, count)) };
  }
  const client = connectRemote(remote);
  const signal = work.signal ?? new AbortController().signal;
  try {
    const keys = here.map(({ sha256 }) => objectKey(sha256));
    const there = await client.ask('present', { folder: 'files/sha256/', keys }, { signal });
    const lacking = here.filter(({ sha256, size }) => {
      const found = there.get(objectKey(sha256));
      return found === undefined || (!Number.isNaN(found) && found !== size);
    });
    const digests = await registry.threads.ask('hash', { files: lacking.map(({ file }) => file) }, { signal });
    const bad = lacking.find(({ sha256 }, i) => digests[i] !== sha256);
    if (bad) throw damaged(bad.path, name, version, 'in the store of this machine');
    const objects = lacking.map(({ sha256, size, file }) => ({ key: objectKey(sha256), path: file, size, md5: null }));
    const { copied, bytes } =
      objects.length === 0
        ? { copied: 0, bytes: 0 }
        : await client.ask('upload', { objects }, { signal, onBytes: count });
    return { remote: remote.name, files: copied, bytes };
  } finally {
    await client.close();
  }
}

/**
 * Fetches what this machine lacks of a version from a remote of the project's data; each file is hashed before it gets its name.
 * @throws AppError NOT_FOUND when the remote lacks some, UNAVAILABLE when one is damaged there
 */
export async function pullBytes(registry: Registry, what: Which, work: RegisterWork = {}): Promise<MovedBytes> {
  const { project, name, version } = what;
  const remote = remoteOf(registry.rootOf(project), what.remote);
  const store = registry.store(project);
  const lacking = await lackingHere(registry, objectsOf(registry, what), store, work.signal);
  if (lacking.length === 0) return { remote: remote.name, files: 0, bytes: 0 };
  const missing = (path: string): AppError =>
    new AppError(
      'NOT_FOUND',
      `The remote "${remote.name}" has no ${path} of ${name} ${version}. "assay models push-bytes ${name}@${version}" puts it there, on a machine that has it.`,
    );
  const count = counter(work, lacking, `fetching ${name} ${version} from ${remote.name}`);
  if (remote.folder !== null) {
    const folder = remote.folder;
    const there = lacking.map((one) => ({ ...one, file: objectFile(folder, one.sha256) }));
    const absent = there.find(({ file }) => !existsSync(file));
    if (absent) throw missing(absent.path);
    const moved = await copyObjects(registry, there, store.folder, store.mode, work, count);
    const bad = lacking.find((file) => findObject(store, file) === null);
    if (bad) throw damaged(bad.path, name, version, `in the remote "${remote.name}"`);
    return { remote: remote.name, ...moved };
  }
  const client = connectRemote(remote);
  try {
    const temporary = prepareTemporary(store.folder, Date.now());
    const objects = lacking.map(({ sha256, size }) => ({
      key: objectKey(sha256),
      hash: sha256,
      legacy: false,
      path: objectFile(store.folder, sha256),
      atMost: size,
    }));
    const signal = work.signal ?? new AbortController().signal;
    const got = await client.ask('download', { objects, temporary, mode: store.mode }, { signal, onBytes: count });
    const pathOf = (hash: string): string => lacking.find(({ sha256 }) => sha256 === hash)!.path;
    if (got.missing[0]) throw missing(pathOf(got.missing[0]));
    if (got.damaged[0]) throw damaged(pathOf(got.damaged[0]), name, version, `in the remote "${remote.name}"`);
    return { remote: remote.name, files: got.copied, bytes: got.bytes };
  } finally {
    await client.close();
    try {
      rmdirSync(temporaryFolder(store.folder));
    } catch {
      // something waits there to be gone on with
    }
  }
}

/** What is not here, or here and damaged: that is taken away, so that what is right can have its name. */
async function lackingHere(
  registry: Registry,
  files: readonly ModelFile[],
  store: Store,
  signal: AbortSignal | undefined,
): Promise<ModelFile[]> {
  const places = files.map((file) => findObject(store, file));
  const here = places.filter((place) => place !== null);
  const digests = await registry.threads.ask('hash', { files: here }, { signal });
  const digestAt = new Map(here.map((place, i) => [place, digests[i]]));
  return files.filter(({ sha256 }, i) => {
    const place = places[i] ?? null;
    if (place !== null && digestAt.get(place) === sha256) return false;
    if (place !== null) rmSync(place, { force: true });
    return true;
  });
}

/** Copies objects between folders of this machine, hashed on the way: one that is damaged never gets the name that was asked for. */
async function copyObjects(
  registry: Registry,
  objects: readonly (ModelFile & { file: string })[],
  folder: string,
  mode: number,
  work: RegisterWork,
  onBytes: (count: number) => void,
): Promise<{ files: number; bytes: number }> {
  const files = objects.map(({ file, path }) => ({ file, path }));
  const stored = await registry.threads.ask('store', { files, folder, mode }, { signal: work.signal, onBytes });
  const bad = objects.find(({ sha256 }, i) => stored[i]!.sha256 !== sha256);
  if (bad)
    throw new AppError(
      'UNAVAILABLE',
      `${bad.path} is damaged where it comes from, so it was not taken. Push it again from a machine that has it.`,
    );
  return { files: stored.length, bytes: stored.reduce((sum, { size }) => sum + size, 0) };
}

function counter(work: RegisterWork, files: readonly { size: number }[], label: string): (count: number) => void {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  work.onProgress?.(0, total, label);
  return (count) => {
    done += count;
    work.onProgress?.(done, Math.max(done, total), label);
  };
}

const damaged = (path: string, name: string, version: string, where: string): AppError =>
  new AppError(
    'UNAVAILABLE',
    `${path} of ${name} ${version} is damaged ${where}: its content is not what its name says. Get it from a machine where "assay models verify" finds nothing.`,
  );
