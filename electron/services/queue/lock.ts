import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from '../../platform/files.ts';
import { isRunning, startTimeOf } from '../../platform/process-identity.ts';
import { assayFolder } from '../projects/layout.ts';

const Owner = z.object({ pid: z.number(), startTime: z.string() });
const lockFile = (root: string): string => join(assayFolder(root), 'queue.lock');

/**
 * Makes this process the one that starts the waiting runs of a project. A lock whose process died is taken over. It saves work, nothing
 * more: two that start at once are kept apart by the claim on each run.
 */
export function acquire(root: string): boolean {
  const path = lockFile(root);
  const self = { pid: process.pid, startTime: startTimeOf(process.pid) ?? '' };
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const fd = openSync(path, 'wx');
      try {
        writeSync(fd, JSON.stringify(self));
      } finally {
        closeSync(fd);
      }
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
    const owner = Owner.safeParse(readJson(path)).data;
    if (owner?.pid === self.pid && owner.startTime === self.startTime) return true;
    if (owner && isRunning(owner)) return false;
    try {
      renameSync(path, `${path}.${process.pid}.dead`);
      rmSync(`${path}.${process.pid}.dead`, { force: true });
    } catch {
      // somebody else was quicker
    }
  }
  return false;
}

/** Gives the lock back when it is ours. */
export function release(root: string): void {
  const owner = Owner.safeParse(readJson(lockFile(root))).data;
  if (owner?.pid === process.pid) rmSync(lockFile(root), { force: true });
}
