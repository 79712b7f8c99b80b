import { createHash } from 'node:crypto';
import {
  type BigIntStats,
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { parseRawIndex, type RawEntry } from './index-file.ts';
import type { Repository } from './repository.ts';

/**
 * What a path of the index is to be; `oid` null takes it out. `stamp` is how the file was when it was read: when it is still so, git
 * need not read it again.
 */
export type IndexChange = {
  readonly path: string;
  readonly mode: number;
  readonly oid: string | null;
  readonly stamp: readonly [inode: number, mtimeMs: number, ctimeMs: number, size: number] | null;
};

const EXTENDED = 0x4000;

/**
 * Writes some paths of git's index under its lock. All others stay as they are, flags included. What git would compute anew (its
 * extensions) is left out.
 * @param changes in any order; sides of a conflict of the same path go
 * @throws AppError CONFLICT when git goes on writing it, UNAVAILABLE when it is of a kind that cannot be written
 */
export function writeIndex({ top, gitFolder }: Repository, changes: readonly IndexChange[]): void {
  const path = join(gitFolder, 'index');
  const lock = `${path}.lock`;
  const fd = openLock(lock);
  try {
    const entries = readEntries(path);
    for (const change of changes) {
      for (let stage = 0; stage < 4; stage++) entries.delete(keyOf(bytesOf(change.path), stage));
      if (change.oid !== null) entries.set(keyOf(bytesOf(change.path), 0), newEntry(top, change, change.oid));
    }
    dropConflicting(entries, changes);
    writeFileSync(fd, serialise([...entries.values()]));
    fsyncSync(fd);
    closeSync(fd);
    renameSync(lock, path);
  } catch (error) {
    rmSync(lock, { force: true });
    throw error;
  }
}

/** So long another command is waited for: git holds this lock for milliseconds, an editor of a commit message not at all. */
const PATIENCE_MS = 2000;

function openLock(lock: string): number {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return openSync(lock, 'wx', 0o666);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (Date.now() > until)
        throw new AppError(
          'CONFLICT',
          `git is at work in this repository (${lock} is there). Wait until it ends and try again; if no git is running, remove that file.`,
        );
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

/** Names are bytes: two that are no UTF-8 may be the same text. */
const bytesOf = (path: string): string => Buffer.from(path).toString('latin1');
const keyOf = (name: string, stage: number): string => `${name}\0${stage}`;

function readEntries(path: string): Map<string, RawEntry> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
  const { entries, end } = parseRawIndex(bytes);
  checkExtensions(bytes, end);
  return new Map(entries.map((entry) => [keyOf(entry.name.toString('latin1'), entry.stage), entry]));
}

/** Extensions in lower case change what the entries mean: a split or a sparse index. */
function checkExtensions(bytes: Buffer, end: number): void {
  for (let at = end; at + 8 <= bytes.length - 20; at += 8 + bytes.readUInt32BE(at + 4)) {
    const name = bytes.toString('latin1', at, at + 4);
    if (/^[a-z]/.test(name))
      throw new AppError(
        'UNAVAILABLE',
        `The index of this git repository is split or sparse (its extension "${name}"), and Assay cannot write such a one. "git update-index --no-split-index" or "git sparse-checkout reapply --no-sparse-index" makes it whole.`,
      );
  }
}

/** A file that became a folder, or the other way round: an index must not hold both. */
function dropConflicting(entries: Map<string, RawEntry>, changes: readonly IndexChange[]): void {
  const put = new Set(changes.flatMap(({ path, oid }) => (oid === null ? [] : bytesOf(path))));
  const foldersOf = (path: string): string[] => [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index));
  const folders = new Set([...put].flatMap(foldersOf));
  for (const key of [...entries.keys()]) {
    const path = key.slice(0, -2);
    if (put.has(path) ? folders.has(path) : folders.has(path) || foldersOf(path).some((folder) => put.has(folder)))
      entries.delete(key);
  }
}

function newEntry(top: string, { path, mode, stamp }: IndexChange, oid: string): RawEntry {
  const name = Buffer.from(path);
  const fixed = Buffer.alloc(62);
  const full = join(top, path);
  const stat = lstatSync(full, { bigint: true, throwIfNoEntry: false });
  const now = lstatSync(full, { throwIfNoEntry: false });
  if (stat && now && stamp && [now.ino, now.mtimeMs, now.ctimeMs, now.size].every((value, i) => value === stamp[i]))
    writeStat(fixed, stat);
  fixed.writeUInt32BE(mode, 24);
  fixed.write(oid, 40, 'hex');
  fixed.writeUInt16BE(Math.min(name.length, 0xfff), 60);
  return { name, stage: 0, fixed };
}

function writeStat(fixed: Buffer, stat: BigIntStats): void {
  const low = (value: bigint): number => Number(value & 0xffffffffn);
  const parts = [
    stat.ctimeNs / 1_000_000_000n,
    stat.ctimeNs % 1_000_000_000n,
    stat.mtimeNs / 1_000_000_000n,
    stat.mtimeNs % 1_000_000_000n,
    stat.dev,
    stat.ino,
  ];
  for (const [i, value] of parts.entries()) fixed.writeUInt32BE(low(value), i * 4);
  fixed.writeUInt32BE(low(stat.uid), 28);
  fixed.writeUInt32BE(low(stat.gid), 32);
  fixed.writeUInt32BE(low(stat.size), 36);
}

/** Version 3 when an entry has extended flags, else 2: every git reads both. */
function serialise(entries: RawEntry[]): Buffer {
  entries.sort((a, b) => Buffer.compare(a.name, b.name) || a.stage - b.stage);
  const extended = entries.some(({ fixed }) => (fixed.readUInt16BE(60) & EXTENDED) !== 0);
  const header = Buffer.from('DIRC\0\0\0\0\0\0\0\0', 'latin1');
  header.writeUInt32BE(extended ? 3 : 2, 4);
  header.writeUInt32BE(entries.length, 8);
  const parts: Buffer[] = [header];
  for (const { name, fixed } of entries) parts.push(fixed, name, Buffer.alloc(8 - ((fixed.length + name.length) % 8)));
  const body = Buffer.concat(parts);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}
