import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError, messageOf } from '../../shared/errors.ts';

/** Writes a whole file: a temporary name in the same folder, then rename, so that nobody ever sees half of it. */
export function writeFileAtomic(path: string, content: string | Uint8Array, mode = 0o644): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const fd = openSync(temporary, 'wx', mode);
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      let done = 0;
      while (done < bytes.length) done += writeSync(fd, bytes, done);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw writeError(path, error);
  }
}

/** Appends one line with one write, led by a newline so that a line torn by somebody else cannot swallow it. */
export function appendLine(path: string, value: unknown): void {
  try {
    const fd = openSync(path, constants.O_APPEND | constants.O_WRONLY | constants.O_CREAT, 0o644);
    try {
      const torn = !endsWithNewline(path);
      const line = Buffer.from(`${torn ? '\n' : ''}${JSON.stringify(value)}\n`);
      const before = fstatSync(fd).size;
      const written = writeSync(fd, line);
      if (written !== line.length) {
        // half a line would swallow the next one of a script that goes on writing; with no room nobody has written behind it
        if (fstatSync(fd).size === before + written) ftruncateSync(fd, before);
        // a regular file takes less than it is given only when there is no more room
        throw Object.assign(new Error('only a part of the line could be written'), { code: 'ENOSPC' });
      }
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw writeError(path, error);
  }
}

function endsWithNewline(path: string): boolean {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    if (size === 0) return true;
    const last = Buffer.alloc(1);
    readSync(fd, last, 0, 1, size - 1);
    return last[0] === 10;
  } finally {
    closeSync(fd);
  }
}

/**
 * Makes a folder and those above it. Unlike Node's own way it says what is really wrong: that one calls a read-only disk "not found".
 * @throws AppError UNAVAILABLE when it cannot be made
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw writeError(path, error);
    makeFolder(dirname(path));
    makeFolder(path);
  }
}

/** A JSON file's value, or null when it is missing, half-written or not JSON. The caller parses the shape. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** Turns what the file system says into a sentence for a person. */
export function writeError(path: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  const why: Record<string, string> = {
    ENOSPC: 'the disk is full. Free some space and try again; nothing that was there has been changed',
    EDQUOT: 'the disk quota is used up. Free some space and try again',
    EFBIG: 'the file would be larger than the system allows (see "ulimit -f"). Raise the limit and try again',
    EROFS: 'the file system is read-only',
    EACCES: 'you may not write there. Check the permissions of the folder',
    EPERM: 'you may not write there. Check the permissions of the folder',
    ENOENT: 'the folder does not exist (any more)',
  };
  return new AppError(
    'UNAVAILABLE',
    `Could not write ${path}: ${why[code ?? ''] ?? messageOf(error)}.`,
    { path, errno: code ?? null },
    { cause: error },
  );
}
