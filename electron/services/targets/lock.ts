import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { writeError } from '../../platform/files.ts';
import { releaseLockFile, takeLockFile } from '../../platform/lock-file.ts';

/**
 * Keeps two pushes of one version to one target apart, also those of two processes. A lock whose process died is taken over.
 * @returns a function that gives it back
 * @throws AppError CONFLICT when another push is under way, UNAVAILABLE when the lock cannot be written
 */
export function lockPush(folder: string, what: string): () => void {
  const path = join(folder, 'lock');
  const token = randomBytes(8).toString('hex');
  let owner: ReturnType<typeof takeLockFile>;
  try {
    owner = takeLockFile(path, token);
  } catch (error) {
    throw writeError(path, error);
  }
  if (owner === 'taken') return () => releaseLockFile(path, token);
  const who = owner === null ? 'another process' : owner.pid === process.pid ? 'in this host' : `process ${owner.pid}`;
  throw new AppError('CONFLICT', `${what} is under way already (${who}). Wait for its end, or cancel it there.`);
}
