import { realpathSync } from 'node:fs';
import { basename, isAbsolute, resolve } from 'node:path';
import type { DataSide } from '../../../shared/contract/tables.ts';
import { AppError } from '../../../shared/errors.ts';
import type { GitService } from '../git/service.ts';
import { locateAt } from './locate-commit.ts';
import { locateWorking } from './locate-working.ts';
import type { Located } from './located.ts';
import { isSafe } from './manifest.ts';
import { onDisk } from './on-disk.ts';
import type { Pool } from './pool.ts';

export type LocateContext = {
  /** the project's folder */
  readonly root: string;
  readonly git: GitService;
  readonly pool: Pool;
  readonly signal: AbortSignal | undefined;
};

/**
 * Finds the bytes of a side on this machine. Only what git itself holds is written out (to `.assay/cache`); nothing is fetched. Files of a
 * folder that this machine does not have are named without a place.
 * @throws AppError NOT_FOUND when there is no such path or version, or it must be fetched first; BAD_REQUEST for a path that leads elsewhere
 */
export async function locate(context: LocateContext, side: DataSide): Promise<Located> {
  if (side.kind === 'file') return locateOnDisk(context, side.file);
  const path = safePath(side.path);
  return side.rev === null ? locateWorking(context, path) : locateAt(context, path, side.rev);
}

function safePath(given: string): string {
  const path = given.replace(/\/+$/, '');
  if (!isSafe(path) || isAbsolute(path) || path.split('/').some((part) => /^\.(git|dvc|assay)$/i.test(part)))
    throw new AppError(
      'BAD_REQUEST',
      `${JSON.stringify(given.slice(0, 200))} is no path of data in this project. Choose one that lies in it, or name the file by its whole path.`,
    );
  return path;
}

function locateOnDisk({ root, signal }: LocateContext, given: string): Promise<Located> {
  const full = resolve(root, given);
  let real: string;
  try {
    real = realpathSync(full);
  } catch {
    throw new AppError('NOT_FOUND', `There is no file or folder ${full}. It may have been moved or deleted.`);
  }
  return onDisk(real, { name: basename(full), label: basename(full) }, signal);
}
