import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';
import { setAside } from './checkout.ts';
import { chooseRemote } from './config.ts';
import { type Context, filesOf } from './context.ts';
import { objectMode, prepareTemporary, temporaryFolder } from './objects.ts';
import { portionsOf } from './pool.ts';
import type { Dataset } from './repo-files.ts';

export type Transferred = { readonly remote: string; readonly files: number; readonly bytes: number };

/**
 * Copies the objects of datasets to a remote that is a folder. The list of a folder's files goes last and only when all of them are there:
 * whoever finds a list in a remote may rely on it.
 * @throws AppError NOT_FOUND when the cache misses some of them, UNAVAILABLE when some are damaged
 */
export async function push(
  context: Context,
  datasets: readonly Dataset[],
  remoteName: string | null,
): Promise<Transferred[]> {
  const { cacheFolder } = context.repo.config;
  return inRemotes(context, datasets, remoteName, 'push', async (dataset, folder, total) => {
    const { path, out } = dataset;
    const files = filesOf(cacheFolder, out.hash!, out.legacy);
    if (!files) throw notInCache(path);
    const result = await copy(
      context,
      files.map((file) => file.md5),
      cacheFolder,
      folder,
      out.legacy,
      0o644,
      `pushing ${path}`,
    );
    if (result.damaged.length > 0) {
      for (const hash of result.damaged) setAside(context, hash, out.legacy);
      throw new AppError(
        'UNAVAILABLE',
        `${result.damaged.length} of the objects of ${path} in the cache are damaged and were set aside; they were not pushed. "assay data add ${path}" makes them anew from the working copy.`,
      );
    }
    if (result.missing.length > 0) throw notInCache(path);
    total(result);
    if (out.hash!.endsWith('.dir'))
      total(await copy(context, [out.hash!], cacheFolder, folder, out.legacy, 0o644, `pushing ${path}`));
  });
}

/**
 * Fetches the objects of datasets from a remote that is a folder into the cache, each hashed on arrival.
 * @throws AppError NOT_FOUND when the remote misses some of them, UNAVAILABLE when some are damaged there
 */
export async function fetch(
  context: Context,
  datasets: readonly Dataset[],
  remoteName: string | null,
): Promise<Transferred[]> {
  const { config } = context.repo;
  return inRemotes(context, datasets, remoteName, 'pull', async ({ path, out }, folder, total) => {
    const get = async (hashes: readonly string[]): Promise<void> => {
      const result = await copy(
        context,
        hashes,
        folder,
        config.cacheFolder,
        out.legacy,
        objectMode(config),
        `pulling ${path}`,
      );
      if (result.damaged.length > 0)
        throw new AppError(
          'UNAVAILABLE',
          `${result.damaged.length} of the objects of ${path} are damaged in the remote, and were not taken. Push them again from a machine that has them.`,
          { damaged: result.damaged },
        );
      if (result.missing.length > 0)
        throw new AppError(
          'NOT_FOUND',
          `The remote does not hold all of ${path} as of version ${out.hash!.slice(0, 8)} (${result.missing.length} of ${hashes.length} objects are missing). Push it from a machine that has it.`,
        );
      total(result);
    };
    await get([out.hash!]);
    if (out.hash!.endsWith('.dir'))
      await get(filesOf(config.cacheFolder, out.hash!, out.legacy)!.map((file) => file.md5));
  });
}

type Copied = { copied: number; bytes: number; missing: string[]; damaged: string[] };

async function inRemotes(
  { repo }: Context,
  datasets: readonly Dataset[],
  remoteName: string | null,
  direction: 'push' | 'pull',
  work: (dataset: Dataset, folder: string, total: (copied: Copied) => void) => Promise<void>,
): Promise<Transferred[]> {
  const sums = new Map<string, { files: number; bytes: number }>();
  const used = new Set<string>();
  try {
    for (const dataset of datasets) {
      const { out } = dataset;
      if (out.hash === null || !out.cache || (direction === 'push' && !out.push)) continue;
      const remote = chooseRemote(repo, remoteName ?? out.remote);
      if (direction === 'push') mkdirSync(remote.folder, { recursive: true });
      else if (!existsSync(remote.folder))
        throw new AppError(
          'NOT_FOUND',
          `The remote "${remote.name}" is not there: no folder ${remote.folder}. Check its url, or that its disk is mounted.`,
        );
      const target = direction === 'push' ? remote.folder : repo.config.cacheFolder;
      prepareTemporary(target, Date.now());
      used.add(target);
      const sum = sums.get(remote.name) ?? { files: 0, bytes: 0 };
      sums.set(remote.name, sum);
      await work(dataset, remote.folder, ({ copied, bytes }) => {
        sum.files += copied;
        sum.bytes += bytes;
      });
    }
  } finally {
    for (const folder of used) {
      try {
        rmdirSync(temporaryFolder(folder));
      } catch {
        // somebody else writes there too
      }
    }
  }
  return [...sums].map(([remote, sum]) => ({ remote, ...sum }));
}

async function copy(
  { pool, stop, report }: Context,
  hashes: readonly string[],
  from: string,
  to: string,
  legacy: boolean,
  mode: number,
  label: string,
): Promise<Copied> {
  const sum: Copied = { copied: 0, bytes: 0, missing: [], damaged: [] };
  const unique = [...new Set(hashes)];
  let done = 0;
  await pool.inPortions(
    'transfer',
    portionsOf(unique.length, () => 0, 100),
    ([start, end]) => ({ hashes: unique.slice(start, end), from, to, legacy, mode }),
    stop,
    (output, [start, end]) => {
      sum.copied += output.copied;
      sum.bytes += output.bytes;
      sum.missing.push(...output.missing);
      sum.damaged.push(...output.damaged);
      done += end - start;
      report({ done, total: unique.length, unit: 'files', label });
    },
  );
  return sum;
}

const notInCache = (path: string): AppError =>
  new AppError(
    'NOT_FOUND',
    `The cache does not hold all of ${path} as recorded. "assay data add ${path}" puts it there, if the working copy still has it.`,
  );
