import { lstatSync, readdirSync, renameSync } from 'node:fs';
import { lstat, opendir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { isRunId } from '../../../shared/ids.ts';
import { writeError } from '../../platform/files.ts';
import { runsFolder } from '../projects/layout.ts';

const PREFIX = '.purged-';

/**
 * Takes a run's folder out of sight with one rename, so that a crash in the middle of removing never leaves half a run that looks whole.
 * A run whose folder is already gone is fine.
 */
export function hideRun(root: string, run: string): void {
  if (!isRunId(run)) throw new AppError('BAD_REQUEST', 'A run id is 32 lower-case hex digits.');
  const folder = join(runsFolder(root), run);
  try {
    if (lstatSync(folder, { throwIfNoEntry: false })) renameSync(folder, join(runsFolder(root), PREFIX + run));
  } catch (error) {
    throw writeError(folder, error);
  }
}

/**
 * Removes all folders that were hidden, those of an interrupted purge too. Links in them are removed, never followed.
 * @returns bytes that came free: files with another hard link do not count
 */
export async function removeHidden(root: string): Promise<number> {
  let freed = 0;
  for (const name of readdirSync(runsFolder(root))) {
    if (!name.startsWith(PREFIX) || !isRunId(name.slice(PREFIX.length))) continue;
    const folder = join(runsFolder(root), name);
    try {
      freed += await sizeOf(folder);
      await rm(folder, { recursive: true, force: true });
    } catch (error) {
      throw writeError(folder, error);
    }
  }
  return freed;
}

async function sizeOf(path: string): Promise<number> {
  const stats = await lstat(path);
  if (!stats.isDirectory()) return stats.nlink > 1 ? 0 : stats.size;
  let size = 0;
  for await (const entry of await opendir(path)) size += await sizeOf(join(path, entry.name));
  return size;
}
