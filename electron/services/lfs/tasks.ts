import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { CHUNK, checkStop, type Stamp, type Stop, stampOf } from '../datasets/file-hash.ts';
import { type Hashed, hashFile } from './file-hash.ts';
import { findObject, objectPath, type Store } from './store.ts';

const temporaryName = (folder: string): string => join(folder, `assay-${randomBytes(8).toString('hex')}`);

/** Hashes files; null for one that is gone or no file. */
export function hashFiles({ paths }: { paths: readonly string[] }, stop: Stop): (Hashed | null)[] {
  return paths.map((path) => (lstatSync(path, { throwIfNoEntry: false })?.isFile() ? hashFile(path, stop) : null));
}

/** Puts files into a store and says what they are called there. They themselves stay as they are. */
export function storeFiles({ paths, store }: { paths: readonly string[]; store: Store }, stop: Stop): Hashed[] {
  return paths.map((path) => {
    checkStop(stop);
    const temporary = temporaryName(join(store.folder, 'tmp'));
    try {
      const hashed = copyHashed(path, temporary, stop);
      // an empty file has no object; a damaged object of the same name is replaced by this sound one
      if (hashed.size === 0) rmSync(temporary);
      else putInPlace(temporary, objectPath(store, hashed.oid));
      return hashed;
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
}

export function putInPlace(temporary: string, object: string): void {
  mkdirSync(dirname(object), { recursive: true });
  renameSync(temporary, object);
}

/** A file that is to get the content of an object, which `size` 0 does without. */
export type Placement = {
  readonly path: string;
  readonly oid: string;
  readonly size: number;
  readonly executable: boolean;
};

/**
 * Puts objects in the place of files: each is checked while it is copied, then renamed, so that a file is the old one or the new one.
 * `stamps` null where the object is damaged or missing; nothing was changed there.
 */
export function placeObjects(
  { items, store, temporary }: { items: readonly Placement[]; store: Store; temporary: string },
  stop: Stop,
): { stamps: (Stamp | null)[]; damaged: string[] } {
  const damaged: string[] = [];
  const stamps = items.map(({ path, oid, size, executable }) => {
    checkStop(stop);
    const object = size === 0 ? null : findObject(store, { oid, size });
    if (size > 0 && !object) return null;
    const name = temporaryName(temporary);
    try {
      if (object === null) closeSync(openSync(name, 'wx', 0o666));
      else if (copyHashed(object, name, stop).oid !== oid) {
        damaged.push(object);
        rmSync(name);
        return null;
      }
      chmodSync(name, (executable ? 0o777 : 0o666) & ~process.umask());
      mkdirSync(dirname(path), { recursive: true });
      renameSync(name, path);
      return stampOf(statSync(path));
    } catch (error) {
      rmSync(name, { force: true });
      throw error;
    }
  });
  return { stamps, damaged };
}

let clones = true;

/** Copies a file, sharing its blocks where the disk can, and hashes what was really copied. */
function copyHashed(from: string, to: string, stop: Stop): Hashed {
  if (clones) {
    try {
      const { mode } = statSync(from);
      copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
      chmodSync(to, 0o644);
      const before = stampOf(statSync(from));
      const hashed = hashFile(to, stop);
      const after = stampOf(statSync(from));
      if (hashed.size === after[3] && before[1] === after[1])
        return { ...hashed, stamp: after, executable: (mode & 0o100) !== 0 };
      rmSync(to);
    } catch (error) {
      rmSync(to, { force: true });
      if (stop[0] !== 0 || (error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
      clones = false;
    }
  }
  const fd = openSync(to, 'wx', 0o644);
  try {
    const hashed = hashFile(from, stop, fd);
    // a small one that a power cut truncates is noticed by its size
    if (hashed.size >= CHUNK) fsyncSync(fd);
    return hashed;
  } finally {
    closeSync(fd);
  }
}
