import { statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { type Context, filesOf } from './context.ts';
import { findVersion } from './history.ts';
import { byCodePoint } from './manifest.ts';
import { objectPath } from './objects.ts';
import { readData } from './read-data.ts';
import type { Dataset } from './repo-files.ts';

export type FilePage = { total: number; files: { path: string; size: number | null }[] };

/**
 * The files of a folder's version in order of path.
 * @param rev null for the working copy; else a commit, branch, tag or the beginning of a version's hash
 * @param prefix the beginning of the paths to list
 * @throws AppError NOT_FOUND without such a version, or when its list of files is not in the cache
 */
export async function filesPage(
  context: Context,
  dataset: Dataset,
  { rev, prefix, offset, limit }: { rev: string | null; prefix: string; offset: number; limit: number },
): Promise<FilePage> {
  const { repo } = context;
  const { cacheFolder } = repo.config;
  const out = rev === null ? dataset.out : (await findVersion(context, dataset, rev)).out;
  const files =
    rev === null
      ? (await readData(context, dataset.path, out.legacy, true))?.entries
      : out.hash === null
        ? []
        : filesOf(cacheFolder, out.hash, out.legacy);
  if (!files)
    throw new AppError(
      'NOT_FOUND',
      rev === null
        ? `${dataset.path} is not in its place. "assay data checkout ${dataset.path}" puts it there.`
        : `The list of files of ${dataset.path} is not in the cache. "assay data pull ${dataset.path}" fetches it.`,
    );
  const fitting = files
    .filter((file) => file.relpath.startsWith(prefix))
    .sort((a, b) => byCodePoint(a.relpath, b.relpath));
  const sizeOf = (relpath: string, md5: string): number | null =>
    statSync(rev === null ? join(repo.root, dataset.path, relpath) : objectPath(cacheFolder, md5, out.legacy), {
      throwIfNoEntry: false,
    })?.size ?? null;
  return {
    total: fitting.length,
    files: fitting
      .slice(offset, offset + limit)
      .map(({ relpath, md5 }) => ({ path: relpath, size: sizeOf(relpath, md5) })),
  };
}
