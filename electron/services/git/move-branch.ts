import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { type Head, type Repository, readHead } from './repository.ts';

/**
 * Makes a commit the last one of the branch that HEAD names (of HEAD itself when it is detached), under git's own lock of it.
 * @param before HEAD as it was when the commit was made
 * @throws AppError CONFLICT when another commit came meanwhile, which would be lost
 */
export async function moveBranch(repository: Repository, before: Head, commit: string): Promise<void> {
  const path =
    before.branch === null
      ? join(repository.gitFolder, 'HEAD')
      : join(repository.commonFolder, 'refs', 'heads', ...before.branch.split('/'));
  const lock = `${path}.lock`;
  mkdirSync(dirname(path), { recursive: true });
  // git passes over names that begin with a dot; on the disk before the lock is taken, which is then held for a moment only
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    writeDurably(temporary, `${commit}\n`);
    takeLock(temporary, lock);
    try {
      const now = await readHead(repository);
      if (now.branch !== before.branch || now.commit !== before.commit)
        throw new AppError('CONFLICT', 'Another commit was made in this repository just now. Try again.');
      renameSync(lock, path);
    } catch (error) {
      rmSync(lock, { force: true });
      throw error;
    }
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Writes a new file; it is on the disk when this returns. @throws EEXIST */
export function writeDurably(path: string, text: string): void {
  const fd = openSync(path, 'wx', 0o644);
  try {
    writeFileSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Gives a whole file another name, never over one that is there. @throws EEXIST */
export function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    // a disk without links
    copyFileSync(from, to, constants.COPYFILE_EXCL);
  }
}

function takeLock(from: string, lock: string): void {
  try {
    linkOrCopy(from, lock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new AppError(
      'CONFLICT',
      `Another git command is at work in this repository (${lock} is there). Try again when it has ended; if no git is running, remove that file.`,
    );
  }
}
