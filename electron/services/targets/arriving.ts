import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, realpathSync, statfsSync, writeSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/format-bytes.ts';
import { writeError } from '../../platform/files.ts';
import type { OutgoingFile } from './driver.ts';

/** Texts that come along (definition, card, signature) are never larger. */
export const MAX_TEXT = 4 << 20;
export const MAX_FILES = 10_000;

/**
 * A path that a target named, below a folder.
 * @throws AppError CONFLICT when it leads anywhere else
 */
export function pathBelow(folder: string, path: string): string {
  const parts = path.split('/');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in a name
  const bad = parts.some((part) => part === '' || part === '.' || part === '..' || /[\x00-\x1f\\:]/.test(part));
  if (bad || path.length > 4096)
    throw new AppError(
      'CONFLICT',
      `The target names a file ${JSON.stringify(path.slice(0, 200))}, which would lie outside the model's folder. Nothing was taken from it.`,
    );
  return join(folder, ...parts);
}

/**
 * Refuses what says that it is larger than the room there is, before any of it is fetched.
 * @throws AppError UNAVAILABLE
 */
export function needRoom(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bytes > bavail * bsize)
    throw new AppError(
      'UNAVAILABLE',
      `The target says that it has ${formatBytes(bytes)}, but this disk has room for ${formatBytes(bavail * bsize)}. Free some space and pull again, if you believe it.`,
    );
}

/**
 * Writes what arrives into a new file below `folder` and says what it is.
 * @param limit bytes that it may have at most
 * @throws AppError CONFLICT when there is more, or the path leads elsewhere; UNAVAILABLE when it cannot be written
 */
export async function arrive(
  folder: string,
  path: string,
  limit: number,
  stream: AsyncIterable<Uint8Array>,
  onBytes: (count: number) => void,
): Promise<OutgoingFile> {
  const file = pathBelow(folder, path);
  try {
    mkdirSync(dirname(file), { recursive: true });
    const root = realpathSync(folder);
    if (!`${realpathSync(dirname(file))}${sep}`.startsWith(`${root}${sep}`))
      throw new AppError(
        'CONFLICT',
        `The target's file ${JSON.stringify(path)} leads out of the folder. Nothing was taken.`,
      );
    const hash = createHash('sha256');
    const fd = openSync(file, 'wx', 0o644);
    let size = 0;
    try {
      for await (const bytes of stream) {
        size += bytes.length;
        if (size > limit)
          throw new AppError(
            'CONFLICT',
            `The target sends more than the ${limit} bytes of ${JSON.stringify(path)}. Nothing was taken from it.`,
          );
        for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
        hash.update(bytes);
        onBytes(bytes.length);
      }
    } finally {
      closeSync(fd);
    }
    return { path, size, sha256: hash.digest('hex'), file };
  } catch (error) {
    throw typeof (error as NodeJS.ErrnoException).errno === 'number' ? writeError(file, error) : error;
  }
}
