import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { isRunId } from '../../../shared/ids.ts';
import { resolveInside } from '../../platform/paths.ts';
import { runsFolder } from '../projects/layout.ts';

/**
 * The real folder of a run. A repository may bring a `.assay` of its own, so a link that leads out of the runs folder is refused.
 * @throws AppError NOT_FOUND when it is gone, BAD_REQUEST for a bad id or a link that leads outside
 */
export function folderOfRun(root: string, run: string): string {
  if (!isRunId(run)) throw new AppError('BAD_REQUEST', 'A run id is 32 lower-case hex digits.');
  return resolveInside(runsFolder(root), run);
}

/** The real path of a regular file below `folder`; null when there is none. A link that leads outside is refused. */
export function fileInside(folder: string, path: string): { path: string; stats: Stats } | null {
  let real: string;
  try {
    real = resolveInside(folder, path);
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
  const stats = statSync(real, { throwIfNoEntry: false });
  // a pipe or a device would never end
  return stats?.isFile() ? { path: real, stats } : null;
}

/** The first `limit` bytes of a text file, cut at a whole character. Invalid UTF-8 shows as replacement signs. */
export function readTextHead(path: string, limit: number): { text: string; truncated: boolean } {
  try {
    const fd = openSync(path, 'r');
    try {
      const size = fstatSync(fd).size;
      const bytes = Buffer.alloc(Math.min(size, limit));
      let done = 0;
      while (done < bytes.length) {
        const n = readSync(fd, bytes, done, bytes.length - done, done);
        if (n === 0) break;
        done += n;
      }
      const decoder = new TextDecoder();
      return { text: decoder.decode(bytes.subarray(0, done), { stream: size > limit }), truncated: size > limit };
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw readError(path, error);
  }
}

/** Bytes `[offset, offset + limit)` of a file, fewer at its end. */
export async function readRange(path: string, offset: number, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const handle = await openToRead(path);
  try {
    const { size } = await handle.stat();
    const bytes = new Uint8Array(Math.max(0, Math.min(limit, size - offset)));
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await handle.read(bytes, done, bytes.length - done, offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  } finally {
    await handle.close();
  }
}

export async function openToRead(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw readError(path, error);
  }
}

/** What the file system says, as a sentence. */
export function readError(path: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EACCES' || code === 'EPERM') {
    return new AppError(
      'FORBIDDEN',
      `You may not read ${path}. Check the permissions of the file and its folder.`,
      { path },
      { cause: error },
    );
  }
  if (code === 'ENOENT')
    return new AppError('NOT_FOUND', `${path} is gone. It may have been moved or deleted.`, { path }, { cause: error });
  return new AppError('UNAVAILABLE', `${path} could not be read: ${messageOf(error)}.`, { path }, { cause: error });
}
