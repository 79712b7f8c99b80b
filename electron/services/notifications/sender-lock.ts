import { join } from 'node:path';
import { releaseLockFile, takeLockFile } from '../../platform/lock-file.ts';
import { queueFolder } from './queue.ts';

const lockFile = (root: string): string => join(queueFolder(root), 'sender.lock');

/**
 * Makes this sender the only one of a project, over all processes, so that no message goes out twice.
 * @param token tells senders in one process apart
 */
export function acquireSender(root: string, token: string): boolean {
  try {
    return takeLockFile(lockFile(root), token) === 'taken';
  } catch {
    return false;
  }
}

export const releaseSender = (root: string, token: string): void => releaseLockFile(lockFile(root), token);
