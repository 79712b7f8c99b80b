import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';
import { CHUNK, checkStop, type Stamp, type Stop, stampOf, writeAll } from '../datasets/file-hash.ts';

const chunk = Buffer.allocUnsafe(CHUNK);

export type Hashed = {
  readonly oid: string;
  readonly size: number;
  readonly stamp: Stamp;
  readonly executable: boolean;
};

/**
 * The SHA-256 of a file, read once. `copyTo` gets every byte that was hashed.
 * @throws AppError CONFLICT when it changes while it is read
 */
export function hashFile(path: string, stop: Stop, copyTo: number | null = null): Hashed {
  const fd = openSync(path, 'r');
  try {
    const before = fstatSync(fd);
    const digest = createHash('sha256');
    let size = 0;
    for (;;) {
      checkStop(stop);
      const read = readSync(fd, chunk, 0, CHUNK, null);
      if (read === 0) break;
      const part = chunk.subarray(0, read);
      digest.update(part);
      if (copyTo !== null) writeAll(copyTo, part);
      size += read;
    }
    const after = fstatSync(fd);
    if (size !== after.size || before.size !== after.size || before.mtimeMs !== after.mtimeMs)
      throw new AppError(
        'CONFLICT',
        `${path} changed while it was read. Wait until nothing writes to it, then try again.`,
      );
    return { oid: digest.digest('hex'), size, stamp: stampOf(after), executable: (after.mode & 0o100) !== 0 };
  } finally {
    closeSync(fd);
  }
}
