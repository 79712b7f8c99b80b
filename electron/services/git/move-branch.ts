import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
  const fd = openLock(lock);
  try {
    try {
      const now = await readHead(repository);
      if (now.branch !== before.branch || now.commit !== before.commit)
        throw new AppError('CONFLICT', 'Another commit was made in this repository just now. Try again.');
      writeFileSync(fd, `${commit}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(lock, path);
  } catch (error) {
    rmSync(lock, { force: true });
    throw error;
  }
}

function openLock(lock: string): number {
  try {
    return openSync(lock, 'wx', 0o644);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new AppError(
      'CONFLICT',
      `Another git command is at work in this repository (${lock} is there). Try again when it has ended; if no git is running, remove that file.`,
    );
  }
}
