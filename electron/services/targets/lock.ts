import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { writeError } from '../../platform/files.ts';
import { isRunning, startTimeOf } from '../../platform/process-identity.ts';

const Owner = z.object({ pid: z.number(), startTime: z.string() });

/** Pushes of this process, by lock file. */
const held = new Set<string>();

/**
 * Keeps two pushes of one version to one target apart, also those of two processes. A lock whose process died is taken over.
 * @returns a function that gives it back
 * @throws AppError CONFLICT when another push is under way
 */
export function lockPush(folder: string, what: string): () => void {
  const path = join(folder, 'lock');
  const self = { pid: process.pid, startTime: startTimeOf(process.pid) ?? '' };
  const busy = (who: string): AppError =>
    new AppError('CONFLICT', `${what} is under way already (${who}). Wait for its end, or cancel it there.`);
  if (held.has(path)) throw busy('in this host');
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(path, JSON.stringify(self), { flag: 'wx' });
      held.add(path);
      return () => {
        held.delete(path);
        rmSync(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw writeError(path, error);
    }
    const owner = ownerOf(path);
    // a file without an owner is being written at this moment, or its writer was killed right there
    if (owner && owner.pid !== self.pid && isRunning(owner)) throw busy(`process ${owner.pid}`);
    try {
      const dead = `${path}.${process.pid}.dead`;
      renameSync(path, dead);
      rmSync(dead, { force: true });
    } catch {
      // somebody else was quicker
    }
  }
  throw busy('another process');
}

function ownerOf(path: string): z.infer<typeof Owner> | null {
  try {
    return Owner.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}
