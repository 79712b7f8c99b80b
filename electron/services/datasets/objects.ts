import { randomBytes } from 'node:crypto';
import {
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { Config, LinkType } from './config.ts';

/** Where an object lies in a cache or a folder remote: `files/md5/ab/cdef…`, what DVC 2 wrote in `ab/cdef…`. */
export const objectPath = (folder: string, hash: string, legacy: boolean): string =>
  legacy
    ? join(folder, hash.slice(0, 2), hash.slice(2))
    : join(folder, 'files', 'md5', hash.slice(0, 2), hash.slice(2));

/** The same below the address of a remote. */
export const objectKey = (hash: string, legacy: boolean): string =>
  `${legacy ? '' : 'files/md5/'}${hash.slice(0, 2)}/${hash.slice(2)}`;

/** Objects are written here first, on the same disk as their place, then renamed. */
export const temporaryFolder = (folder: string): string => join(folder, 'assay-tmp');

const A_DAY_MS = 86_400_000;

/**
 * Makes the folder for temporary names and takes away what killed processes left in it a day ago or longer; a download that stopped half-way
 * may wait a week for somebody who goes on.
 */
export function prepareTemporary(folder: string, now: number): string {
  const path = temporaryFolder(folder);
  mkdirSync(path, { recursive: true });
  for (const name of readdirSync(path)) {
    const stat = statSync(join(path, name), { throwIfNoEntry: false });
    const ageMs = A_DAY_MS * (name.startsWith('partial-') ? 7 : 1);
    if (stat && now - stat.mtimeMs > ageMs) rmSync(join(path, name), { recursive: true, force: true });
  }
  return path;
}

/** DVC takes a file of exactly this mode for verified. */
export const objectMode = (config: Config): number => (config.shared ? 0o664 : 0o444);

/**
 * Which of the wished links can be made between a cache and a folder: each is tried once with a small file.
 * @throws AppError UNAVAILABLE when none can
 */
export function probeLinks(types: readonly LinkType[], cacheFolder: string, folder: string): LinkType {
  const name = `.assay-${randomBytes(6).toString('hex')}`;
  const from = join(temporaryFolder(cacheFolder), name);
  const to = join(folder, name);
  mkdirSync(dirname(from), { recursive: true });
  writeFileSync(from, 'probe');
  try {
    for (const type of types) {
      try {
        makeLink(type, from, to);
        if (readFileSync(to, 'utf8') === 'probe') return type;
      } catch {
        // this disk cannot: the next one
      } finally {
        rmSync(to, { force: true });
      }
    }
  } finally {
    rmSync(from, { force: true });
  }
  throw new AppError(
    'UNAVAILABLE',
    `None of the link types ${types.join(', ')} (cache.type) works between the cache and ${folder}. Add "copy" to cache.type in .dvc/config.`,
  );
}

/** @throws what the system says; `to` must not exist */
export function makeLink(type: LinkType, from: string, to: string): void {
  if (type === 'hardlink') linkSync(from, to);
  else if (type === 'symlink') symlinkSync(from, to);
  else copyFileSync(from, to, constants.COPYFILE_EXCL | (type === 'reflink' ? constants.COPYFILE_FICLONE_FORCE : 0));
}
