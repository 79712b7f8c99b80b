import { existsSync, realpathSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';
import { isInside } from '../../platform/paths.ts';
import { repoOf } from '../datasets/context.ts';
import { findGitTop } from '../datasets/repo-files.ts';

/** Where data of a project may lie: its folder, its git repository, DVC's cache. */
export function dataRoots(root: string): string[] {
  const top = findGitTop(root);
  const cache = repoOf(root)?.config.cacheFolder;
  return [root, ...(top ? [top] : []), ...(cache ? [cache] : [])]
    .filter((one) => existsSync(one))
    .map((one) => realpathSync(one));
}

/**
 * The real path of a file, links followed, when it lies where data may.
 * @param own the folder (or the very file) that a person named, wherever it is
 * @throws AppError NOT_FOUND; BAD_REQUEST when a link leads out
 */
export function realInside(file: string, root: string, own: string | null): string {
  let real: string;
  try {
    real = realpathSync(file);
  } catch {
    throw new AppError('NOT_FOUND', 'The file is not there (any more).');
  }
  if (own !== null && existsSync(own) && isInside(realpathSync(own), real)) return real;
  if (dataRoots(root).some((folder) => isInside(folder, real))) return real;
  throw new AppError('BAD_REQUEST', 'A link leads this file out of its folder. It is not shown.');
}
