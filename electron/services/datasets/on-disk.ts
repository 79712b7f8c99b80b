import { lstatSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import type { Located, LocatedFile } from './located.ts';

/** What git, DVC and Assay keep is nobody's data. */
const SKIPPED = new Set(['.git', '.dvc', '.assay']);
const MOST_FILES = 2_000_000;
const MOST_LEFT_OUT = 1000;
/** Entries looked at between two turns of whoever else has something to do. */
const TURN = 500;

/**
 * A file or folder as it lies on the disk now; its hashes are not known. Links in a folder are left out, as a link may lead anywhere.
 * @param real absolute, links resolved
 * @throws AppError BAD_REQUEST for what is neither, or has too many files; CANCELLED
 */
export async function onDisk(
  real: string,
  as: { name: string; label: string },
  signal: AbortSignal | undefined,
): Promise<Located> {
  const stat = statSync(real);
  const common = { ...as, hash: null, commit: null };
  if (stat.isFile()) return { ...common, kind: 'file', file: real, size: stat.size };
  if (!stat.isDirectory())
    throw new AppError(
      'BAD_REQUEST',
      `${basename(real)} is neither a file nor a folder, so there is nothing to compare.`,
    );
  const files: LocatedFile[] = [];
  const leftOut: string[] = [];
  let size = 0;
  let seen = 0;
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(join(real, folder), { withFileTypes: true })) {
      if (++seen % TURN === 0) await setImmediate();
      if (signal?.aborted) throw new AppError('CANCELLED', 'Looking at the files was stopped.');
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) folders.push(`${folder}${entry.name}/`);
        continue;
      }
      if (!entry.isFile()) {
        if (leftOut.length < MOST_LEFT_OUT) leftOut.push(folder + entry.name);
        continue;
      }
      const relpath = folder + entry.name;
      const file = `${real}/${relpath}`;
      const found = lstatSync(file, { throwIfNoEntry: false });
      if (!found) continue;
      if (files.length === MOST_FILES)
        throw new AppError('BAD_REQUEST', `${as.name} has more than two million files. Choose a folder inside it.`);
      size += found.size;
      files.push({ relpath, md5: null, size: found.size, file });
    }
  }
  return { ...common, kind: 'folder', files, leftOut, size };
}
