import { createHash, type Hash, hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';

/** Inode, times in ms and size: what tells a file that changed from one that did not. */
export type Stamp = readonly [inode: number, mtimeMs: number, ctimeMs: number, size: number];

export const CHUNK = 1 << 20;
const chunk = Buffer.allocUnsafe(CHUNK);

/** Set to 1 by who wants the work to end. */
export type Stop = Int32Array;

export function checkStop(stop: Stop): void {
  if (Atomics.load(stop, 0) !== 0) throw new AppError('CANCELLED', 'Cancelled. What was done so far is kept.');
}

export const stampOf = (stat: { ino: number; mtimeMs: number; ctimeMs: number; size: number }): Stamp => [
  stat.ino,
  stat.mtimeMs,
  stat.ctimeMs,
  stat.size,
];

export const sameStamp = (a: Stamp, b: Stamp): boolean =>
  a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3];

export type Hashed = {
  readonly md5: string;
  readonly stamp: Stamp /** the content, when it is at most one chunk */;
  readonly small: Buffer | null;
};

/**
 * The MD5 of a file, read once. `copyTo` gets every byte that was hashed. `small` is valid until the next call.
 * @param legacy as DVC 2: `\r\n` counts as `\n` in blocks of text
 * @throws AppError CONFLICT when it changes while it is read
 */
export function hashFile(path: string, stop: Stop, legacy: boolean, copyTo: number | null = null): Hashed {
  const fd = openSync(path, 'r');
  try {
    const before = stampOf(fstatSync(fd));
    let length = fill(fd, before[3]);
    let md5: string;
    let small: Buffer | null = null;
    let total = length;
    if (length < CHUNK && !legacy) {
      small = chunk.subarray(0, length);
      md5 = hash('md5', small, 'hex');
      if (copyTo !== null) writeAll(copyTo, small);
    } else {
      const digest = createHash('md5');
      while (length > 0) {
        checkStop(stop);
        const part = chunk.subarray(0, length);
        update(digest, part, legacy);
        if (copyTo !== null) writeAll(copyTo, part);
        if (length < CHUNK) break;
        length = fill(fd, before[3] - total);
        total += length;
      }
      md5 = digest.digest('hex');
    }
    const stamp = stampOf(fstatSync(fd));
    if (total !== stamp[3] || before[1] !== stamp[1] || before[3] !== stamp[3])
      throw new AppError(
        'CONFLICT',
        `${path} changed while it was read. Wait until nothing writes to it, then try again.`,
      );
    return { md5, stamp, small };
  } finally {
    closeSync(fd);
  }
}

/**
 * A file of less than one chunk that is as it was when it was looked at; null when it is larger, or changed since. Fewest calls: a hundred
 * thousand small files are a matter of calls. The bytes are valid until the next call of this file.
 */
export function readSmall(path: string, expected: Stamp): Buffer | null {
  if (expected[3] >= CHUNK) return null;
  const fd = openSync(path, 'r');
  try {
    const length = readSync(fd, chunk, 0, CHUNK, null);
    // a change while it was read shows in its times; the same as before and after is the same in between
    return length === expected[3] && sameStamp(stampOf(fstatSync(fd)), expected) ? chunk.subarray(0, length) : null;
  } finally {
    closeSync(fd);
  }
}

/** Fills the chunk as far as there is something; a file that grows is noticed by its size afterwards. */
function fill(fd: number, expected: number): number {
  let length = 0;
  for (;;) {
    const read = readSync(fd, chunk, length, CHUNK - length, null);
    length += read;
    if (read === 0 || length === CHUNK || length === expected) return length;
  }
}

export function writeAll(fd: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done);
}

function update(digest: Hash, part: Buffer, legacy: boolean): void {
  digest.update(
    legacy && isText(part) ? Buffer.from(part.toString('latin1').replaceAll('\r\n', '\n'), 'latin1') : part,
  );
}

const TEXT = new Set([...Array.from({ length: 95 }, (_, i) => i + 32), 10, 13, 9, 12, 8]);

/** dvc-data's istextfile.py: no NUL and at most 30 % other bytes in the first 512 of the block. */
function isText(block: Buffer): boolean {
  const head = block.subarray(0, 512);
  if (head.length === 0) return true;
  if (head.includes(0)) return false;
  let other = 0;
  for (const byte of head) if (!TEXT.has(byte)) other++;
  return other / head.length <= 0.3;
}
