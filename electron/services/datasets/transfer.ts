import { AppError } from '../../../shared/errors.ts';
import { setAside } from './checkout.ts';
import { chooseRemote } from './config.ts';
import { type Context, filesOf } from './context.ts';
import { MAX_MANIFEST_BYTES } from './manifest.ts';
import { isWithin, type Part } from './parts.ts';
import type { Dataset } from './repo-files.ts';
import { type Moved, openTransport, type Transport } from './transport.ts';

export type Transferred = { readonly remote: string; readonly files: number; readonly bytes: number };

/**
 * Copies the objects of datasets to their remotes. The list of a folder's files goes last and only when all of them are there: whoever finds a
 * list in a remote may rely on it. What can be sent is sent, whatever is wrong with other datasets.
 * @throws AppError NOT_FOUND when the cache misses some of them, UNAVAILABLE when some are damaged
 */
export async function push(
  context: Context,
  datasets: readonly Dataset[],
  remoteName: string | null,
): Promise<Transferred[]> {
  const { cacheFolder } = context.repo.config;
  const wanted = datasets.filter(({ out }) => out.push).map((dataset): Part => ({ dataset, below: null }));
  return inGroups(context, wanted, remoteName, async (parts, legacy, transport, total) => {
    const problems: AppError[] = [];
    const label = `pushing ${nameOf(parts)}`;
    const all = parts.flatMap(({ dataset }) => {
      const files = filesOf(cacheFolder, dataset.out.hash!, legacy)?.map((file) => file.md5);
      if (!files) problems.push(notInCache(dataset.path));
      return files ? [{ dataset, files }] : [];
    });
    const moved = await transport.send({ hashes: all.flatMap((one) => one.files), legacy, label });
    total(moved);
    for (const hash of moved.damaged) setAside(context, hash, legacy);
    const complete = all.filter(({ dataset, files }) => {
      const damaged = among(moved.damaged, files);
      if (damaged.length > 0) problems.push(damagedInCache(dataset.path, damaged.length));
      const missing = among(moved.missing, files);
      if (missing.length > 0) problems.push(notInCache(dataset.path));
      return damaged.length + missing.length === 0;
    });
    const lists = complete.map(({ dataset }) => dataset.out.hash!).filter((hash) => hash.endsWith('.dir'));
    total(await transport.send({ hashes: lists, legacy, label }));
    if (problems.length > 0) throw problems[0]!;
  });
}

/**
 * Fetches the objects of datasets, or of parts of them, from their remotes into the cache, each hashed on arrival. What can be fetched is
 * fetched, whatever is wrong with other datasets.
 * @throws AppError NOT_FOUND when the remote misses some of them, UNAVAILABLE when some are damaged there
 */
export async function fetch(
  context: Context,
  parts: readonly Part[],
  remoteName: string | null,
): Promise<Transferred[]> {
  const { config } = context.repo;
  return inGroups(context, parts, remoteName, async (group, legacy, transport, total) => {
    const problems: AppError[] = [];
    const label = `pulling ${nameOf(group)}`;
    const check = (part: Part, hashes: readonly string[], moved: Moved): boolean => {
      const problem = problemOf(part.dataset, hashes, moved);
      if (problem) problems.push(problem);
      return problem === null;
    };
    const tops = await transport.fetch({
      hashes: group.map(({ dataset }) => dataset.out.hash!),
      legacy,
      label,
      bytes: group.reduce((sum, { dataset: { out } }) => sum + (out.nfiles === null ? (out.size ?? 0) : 0), 0),
      atMost: limits(group, (hash) => [hash]),
    });
    total(tops);
    const folders = group
      .filter((part) => check(part, [part.dataset.out.hash!], tops) && part.dataset.out.hash!.endsWith('.dir'))
      .map((part) => {
        const files = filesOf(config.cacheFolder, part.dataset.out.hash!, legacy)!;
        const hashes = files.filter((file) => isWithin(part, file.relpath)).map((file) => file.md5);
        if (hashes.length === 0 && part.below !== null) problems.push(noSuchPart(part));
        return { part, hashes, bytes: ((part.dataset.out.size ?? 0) * hashes.length) / Math.max(1, files.length) };
      });
    const moved = await transport.fetch({
      hashes: folders.flatMap(({ hashes }) => hashes),
      legacy,
      label,
      bytes: folders.reduce((sum, { bytes }) => sum + bytes, 0),
      atMost: limits(
        folders.map(({ part }) => part),
        (_hash, i) => folders[i]!.hashes,
      ),
    });
    total(moved);
    for (const { part, hashes } of folders) check(part, hashes, moved);
    if (problems.length > 0) throw problems[0]!;
  });
}

/**
 * How much of each object a server may send: room for a record that is a little wrong, none for a stream without end. Lists of files have their
 * own limit, and what DVC 2 hashed may have more line ends than the record counts.
 */
function limits(
  parts: readonly Part[],
  hashesOf: (hash: string, i: number) => readonly string[],
): (hash: string) => number | null {
  const most = new Map<string, number | null>();
  for (const [i, { dataset }] of parts.entries()) {
    const { hash, size, legacy } = dataset.out;
    for (const one of hashesOf(hash!, i)) {
      const known = size === null || legacy ? null : 2 * size + 1_048_576;
      const before = most.get(one);
      most.set(one, before === null || known === null ? null : Math.max(before ?? 0, known));
    }
  }
  return (hash) => (hash.endsWith('.dir') ? MAX_MANIFEST_BYTES : (most.get(hash) ?? null));
}

/** Does work on datasets of the same remote and the same way to hash, in one connection to each remote. */
async function inGroups(
  context: Context,
  parts: readonly Part[],
  remoteName: string | null,
  work: (parts: Part[], legacy: boolean, transport: Transport, total: (moved: Moved) => void) => Promise<void>,
): Promise<Transferred[]> {
  const groups = Map.groupBy(
    parts.filter(({ dataset: { out } }) => out.hash !== null && out.cache),
    ({ dataset: { out } }) => `${out.legacy} ${chooseRemote(context.repo, remoteName ?? out.remote).name}`,
  );
  const transports = new Map<string, Transport>();
  const sums = new Map<string, { files: number; bytes: number }>();
  try {
    for (const group of groups.values()) {
      const { legacy, remote: own } = group[0]!.dataset.out;
      const remote = chooseRemote(context.repo, remoteName ?? own);
      const transport = transports.get(remote.name) ?? openTransport(context, remote);
      transports.set(remote.name, transport);
      const sum = sums.get(remote.name) ?? { files: 0, bytes: 0 };
      sums.set(remote.name, sum);
      await work(group, legacy, transport, ({ copied, bytes }) => {
        sum.files += copied;
        sum.bytes += bytes;
      });
    }
  } finally {
    for (const transport of transports.values()) await transport.close();
  }
  return [...sums].map(([remote, sum]) => ({ remote, ...sum }));
}

const nameOf = (parts: readonly Part[]): string =>
  parts.length === 1 ? parts[0]!.dataset.path : `${parts.length} datasets`;

function among(hashes: readonly string[], of: readonly string[]): string[] {
  if (hashes.length === 0) return [];
  const set = new Set(of);
  return hashes.filter((hash) => set.has(hash));
}

function problemOf({ path, out }: Dataset, hashes: readonly string[], moved: Moved): AppError | null {
  const damaged = among(moved.damaged, hashes);
  if (damaged.length > 0)
    return new AppError(
      'UNAVAILABLE',
      `${damaged.length} of the objects of ${path} are damaged in the remote, and were not taken. Push them again from a machine that has them.`,
      { damaged },
    );
  const missing = among(moved.missing, hashes);
  if (missing.length === 0) return null;
  return new AppError(
    'NOT_FOUND',
    `The remote does not hold all of ${path} as of version ${out.hash!.slice(0, 8)} (${missing.length} of ${new Set(hashes).size} objects are missing). Push it from a machine that has it.`,
  );
}

const noSuchPart = ({ dataset, below }: Part): AppError =>
  new AppError(
    'NOT_FOUND',
    `The version of ${dataset.path} has no ${below!.join(', ')}. "assay data pull ${dataset.path}" fetches all of it.`,
  );

const damagedInCache = (path: string, count: number): AppError =>
  new AppError(
    'UNAVAILABLE',
    `${count} of the objects of ${path} in the cache are damaged and were set aside; they were not pushed. "assay data add ${path}" makes them anew from the working copy.`,
  );

const notInCache = (path: string): AppError =>
  new AppError(
    'NOT_FOUND',
    `The cache does not hold all of ${path} as recorded. "assay data add ${path}" puts it there, if the working copy still has it.`,
  );
