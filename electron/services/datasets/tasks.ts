import { hash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { checkStop, hashFile, readSmall, type Stamp, type Stop, stampOf, writeAll } from './file-hash.ts';
import { objectPath, temporaryFolder } from './objects.ts';
import type { DataCalls } from './protocol.ts';

const prefix = `.assay-${randomBytes(8).toString('hex')}-`;
let names = 0;
const temporaryName = (folder: string): string => `${folder}/${prefix}${names++}`;

type Input<K extends keyof DataCalls> = DataCalls[K]['input'];
type Output<K extends keyof DataCalls> = DataCalls[K]['output'];

export function hashAll({ items, legacy }: Input<'hash'>, stop: Stop): Output<'hash'> {
  const md5s: string[] = [];
  const stamps: Stamp[] = [];
  for (const { path } of items) {
    checkStop(stop);
    const { md5, stamp } = hashFile(path, stop, legacy);
    md5s.push(md5);
    stamps.push(stamp);
  }
  return { md5s, stamps };
}

export function store({ items, ...place }: Input<'store'>, stop: Stop): Output<'store'> {
  const md5s: string[] = [];
  const stamps: Stamp[] = [];
  for (const { path, hash, stamp: seen } of items) {
    checkStop(stop);
    const small = hash === null && place.link === 'copy' ? storeSmall(path, seen, place) : null;
    const { md5, stamp } = small === null ? storeOne(path, hash, place, stop) : { md5: small, stamp: seen };
    md5s.push(md5);
    stamps.push(stamp);
  }
  return { md5s, stamps };
}

/** Every thread has a folder of its own: two that make files in one folder wait for each other. */
const ownFolder = `w-${randomBytes(8).toString('hex')}`;

/** The same as `storeOne` for a small file that is to be copied, with the fewest calls; null when it is not that simple. */
function storeSmall(path: string, seen: Stamp, { cacheFolder, mode }: Omit<Input<'store'>, 'items'>): string | null {
  const bytes = readSmall(path, seen);
  if (bytes === null) return null;
  const md5 = hash('md5', bytes, 'hex');
  const object = `${cacheFolder}/files/md5/${md5.slice(0, 2)}/${md5.slice(2)}`;
  if (statSync(object, { throwIfNoEntry: false })?.size === bytes.length) return md5;
  const folder = `${temporaryFolder(cacheFolder)}/${ownFolder}`;
  const temporary = temporaryName(folder);
  let fd: number;
  try {
    fd = openSync(temporary, 'wx', mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(folder, { recursive: true });
    fd = openSync(temporary, 'wx', mode);
  }
  try {
    try {
      writeAll(fd, bytes);
      if ((mode & umask) !== 0) fchmodSync(fd, mode);
    } finally {
      closeSync(fd);
    }
    moveTo(temporary, object);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return md5;
}

const umask = process.umask();

/** Puts a file into the cache; it stays where it is until the object is complete under its name. */
function storeOne(
  path: string,
  known: string | null,
  { cacheFolder, link, mode, temporary: besideData }: Omit<Input<'store'>, 'items'>,
  stop: Stop,
): { md5: string; stamp: Stamp } {
  const stat = statSync(path);
  if (known !== null && holds(cacheFolder, known, stat.size)) return { md5: known, stamp: stampOf(stat) };
  if ((link === 'hardlink' || link === 'symlink') && !lstatSync(path).isSymbolicLink())
    return storeLinked(path, { cacheFolder, link, mode, temporary: besideData }, stop);
  const temporary = temporaryName(temporaryFolder(cacheFolder));
  try {
    const { md5, stamp } =
      link === 'reflink' ? cloneHashed(path, temporary, stop) : copyHashed(path, temporary, stop, mode);
    if (!place(temporary, objectPath(cacheFolder, md5, false), stamp[3], mode)) rmSync(temporary);
    return { md5, stamp };
  } catch (error) {
    // not in a "finally": for a hundred thousand small files that would take a second
    rmSync(temporary, { force: true });
    throw error;
  }
}

type LinkOf = Input<'store'>['link'];

/** With links the file itself becomes the object, and what stays in its place is a link to it. */
function storeLinked(
  path: string,
  { cacheFolder, link, mode, temporary: besideData }: Omit<Input<'store'>, 'items'>,
  stop: Stop,
): { md5: string; stamp: Stamp } {
  const { md5, stamp } = hashFile(path, stop, false);
  const object = objectPath(cacheFolder, md5, false);
  const temporary = temporaryName(temporaryFolder(cacheFolder));
  try {
    if (!isSound(object, md5, stop)) {
      if (!linked(path, temporary)) copyHashed(path, temporary, stop, mode);
      const now = stampOf(statSync(temporary));
      if (now[3] !== stamp[3] || hashFile(temporary, stop, false).md5 !== md5) throw changed(path);
      place(temporary, object, -1, mode);
    }
    // what was written meanwhile is in no object yet
    const [, mtimeMs, , size] = stampOf(statSync(path));
    if (mtimeMs !== stamp[1] || size !== stamp[3]) throw changed(path);
    replaceByLink(link, object, path, besideData);
    return { md5, stamp: stampOf(statSync(path)) };
  } finally {
    rmSync(temporary, { force: true });
  }
}

function linked(path: string, to: string): boolean {
  try {
    linkSync(path, to);
    return true;
  } catch {
    return false;
  }
}

const changed = (path: string): AppError =>
  new AppError('CONFLICT', `${path} changed while it was read. Wait until nothing writes to it, then try again.`);

/** A copy that shares its blocks, hashed afterwards: what is hashed is what is kept. */
function cloneHashed(path: string, temporary: string, stop: Stop): { md5: string; stamp: Stamp } {
  // taken before: whatever is written later has another one
  const stamp = stampOf(statSync(path));
  copyFileSync(path, temporary, constants.COPYFILE_FICLONE_FORCE);
  return { md5: hashFile(temporary, stop, false).md5, stamp };
}

/** One read: the bytes that are hashed are the bytes that are written. */
function copyHashed(path: string, temporary: string, stop: Stop, mode: number): { md5: string; stamp: Stamp } {
  const fd = openSync(temporary, 'wx', mode);
  try {
    // not waited for until the disk has it: an object that a power cut truncates is found by its size when the data, which is still in
    // its place, is added again, and by its hash whenever it is to be handed out
    const { md5, stamp } = hashFile(path, stop, false, fd);
    return { md5, stamp };
  } finally {
    closeSync(fd);
  }
}

/** Gives a complete file the name of its object; false when one of the same size is there. */
export function place(temporary: string, object: string, size: number, mode: number): boolean {
  if (size >= 0 && statSync(object, { throwIfNoEntry: false })?.size === size) return false;
  if ((statSync(temporary).mode & 0o777) !== mode) chmodSync(temporary, mode);
  moveTo(temporary, object);
  return true;
}

function moveTo(temporary: string, object: string): void {
  try {
    renameSync(temporary, object);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(object), { recursive: true });
    renameSync(temporary, object);
  }
}

const holds = (folder: string, hash: string, size: number): boolean =>
  statSync(objectPath(folder, hash, false), { throwIfNoEntry: false })?.size === size;

const isSound = (object: string, hash: string, stop: Stop): boolean =>
  statSync(object, { throwIfNoEntry: false }) !== undefined && hashFile(object, stop, false).md5 === hash.slice(0, 32);

function replaceByLink(link: LinkOf, object: string, path: string, temporaryIn: string): void {
  const temporary = temporaryName(temporaryIn);
  try {
    if (link === 'symlink') symlinkSync(object, temporary);
    else linkSync(object, temporary);
    // renaming a name onto another of the same file would do nothing, and leave both
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

export function materialise(input: Input<'materialise'>, stop: Stop): Output<'materialise'> {
  const { items, cacheFolder, legacy, link, mode, temporary } = input;
  const damaged: string[] = [];
  const stamps: (Stamp | null)[] = [];
  for (const { path, hash } of items) {
    checkStop(stop);
    const object = objectPath(cacheFolder, hash!, legacy);
    const name = temporaryName(temporary);
    try {
      mkdirSync(dirname(path), { recursive: true });
      if (link === 'hardlink' || link === 'symlink') {
        const sound = hashFile(object, stop, legacy).md5 === hash;
        if (sound) replaceByLink(link, object, path, temporary);
        else damaged.push(hash!);
        stamps.push(sound ? stampOf(statSync(path)) : null);
        continue;
      }
      const md5 =
        link === 'reflink' ? cloneFor(object, name, stop, legacy, mode) : copyFor(object, name, stop, legacy, mode);
      if (md5 === hash) renameSync(name, path);
      else damaged.push(hash!);
      stamps.push(md5 === hash ? stampOf(statSync(path)) : null);
    } finally {
      rmSync(name, { force: true });
    }
  }
  return { damaged, stamps };
}

function cloneFor(object: string, name: string, stop: Stop, legacy: boolean, mode: number): string {
  copyFileSync(object, name, constants.COPYFILE_FICLONE_FORCE);
  chmodSync(name, mode);
  return hashFile(name, stop, legacy).md5;
}

function copyFor(object: string, name: string, stop: Stop, legacy: boolean, mode: number): string {
  const fd = openSync(name, 'wx', mode);
  try {
    return hashFile(object, stop, legacy, fd).md5;
  } finally {
    closeSync(fd);
  }
}

export function transfer({ hashes, from, to, legacy, mode }: Input<'transfer'>, stop: Stop): Output<'transfer'> {
  const result: Output<'transfer'> = { copied: 0, bytes: 0, missing: [], damaged: [] };
  for (const hash of hashes) {
    checkStop(stop);
    const source = objectPath(from, hash, legacy);
    const target = objectPath(to, hash, legacy);
    const stat = statSync(source, { throwIfNoEntry: false });
    const there = statSync(target, { throwIfNoEntry: false });
    // what an interrupted copy by another program has left is no object
    if (there && (!stat || there.size === stat.size)) continue;
    if (!stat) {
      result.missing.push(hash);
      continue;
    }
    const temporary = temporaryName(temporaryFolder(to));
    try {
      const fd = openSync(temporary, 'wx', 0o644);
      let sound: boolean;
      try {
        sound = hashFile(source, stop, legacy, fd).md5 === hash.slice(0, 32);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      if (!sound) {
        result.damaged.push(hash);
        continue;
      }
      if (hashFile(temporary, stop, legacy).md5 !== hash.slice(0, 32))
        throw new AppError(
          'UNAVAILABLE',
          `What was written to ${to} is not what was sent. Check that disk, then try again.`,
        );
      place(temporary, target, -1, mode);
      result.copied++;
      result.bytes += stat.size;
    } finally {
      rmSync(temporary, { force: true });
    }
  }
  return result;
}

export function verify({ hashes, folder, legacy }: Input<'verify'>, stop: Stop): Output<'verify'> {
  const result: Output<'verify'> = { missing: [], damaged: [], bytes: 0 };
  for (const hash of hashes) {
    checkStop(stop);
    const object = objectPath(folder, hash, legacy);
    const stat = statSync(object, { throwIfNoEntry: false });
    if (!stat) result.missing.push(hash);
    else if (hashFile(object, stop, legacy).md5 !== hash.slice(0, 32)) result.damaged.push(hash);
    else result.bytes += stat.size;
  }
  return result;
}

/** Writes bytes that are in memory as an object. */
export function putObject(folder: string, hash: string, bytes: Uint8Array, mode: number): void {
  const temporary = temporaryName(temporaryFolder(folder));
  try {
    const fd = openSync(temporary, 'wx', mode);
    try {
      writeAll(fd, bytes);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    place(temporary, objectPath(folder, hash, false), -1, mode);
  } finally {
    rmSync(temporary, { force: true });
  }
}
