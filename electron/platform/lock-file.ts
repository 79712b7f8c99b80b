import { closeSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { makeFolder, readJson } from './files.ts';
import { isRunning, startTimeOf } from './process-identity.ts';

const Owner = z.object({ pid: z.number(), startTime: z.string(), token: z.string() });
export type LockOwner = z.infer<typeof Owner>;

/**
 * Takes a lock that is held for long work: a file that names its process. That of a process that died is taken over.
 * @param token tells holders in one process apart
 * @returns `taken`, else who has it; null for somebody who was quicker just now
 * @throws what the file system says when it cannot be written
 */
export function takeLockFile(path: string, token: string): 'taken' | LockOwner | null {
  for (let attempt = 0; attempt < 3; attempt++) {
    if (create(path, token)) return 'taken';
    const owner = ownerOf(path);
    if (owner && isRunning(owner)) return owner;
    const aside = `${path}.${process.pid}.${token}`;
    try {
      renameSync(path, aside);
      // somebody may have taken it over between the look and the move: it is theirs, and goes back
      const moved = ownerOf(aside);
      if (moved && isRunning(moved)) linkSync(aside, path);
    } catch {
      // somebody else was quicker
    }
    rmSync(aside, { force: true });
  }
  return null;
}

/** Gives it back, unless somebody else has it. */
export function releaseLockFile(path: string, token: string): void {
  if (ownerOf(path)?.token === token) rmSync(path, { force: true });
}

const ownerOf = (path: string): LockOwner | null => Owner.safeParse(readJson(path)).data ?? null;

/** Made whole under another name first: a lock without content would look like one left behind. */
function create(path: string, token: string): boolean {
  const whole = `${path}.${process.pid}.${token}.new`;
  try {
    makeFolder(dirname(path));
    const fd = openSync(whole, 'w', 0o600);
    try {
      writeSync(fd, JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) ?? '', token }));
    } finally {
      closeSync(fd);
    }
    linkSync(whole, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(whole, { force: true });
  }
}
