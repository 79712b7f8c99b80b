import { closeSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { makeFolder, readJson } from '../../platform/files.ts';
import { isRunning, startTimeOf } from '../../platform/process-identity.ts';
import { queueFolder } from './queue.ts';

const Owner = z.object({ pid: z.number(), startTime: z.string(), token: z.string() });
const lockFile = (root: string): string => join(queueFolder(root), 'sender.lock');

/**
 * Makes this sender the only one of a project, over all processes, so that no message goes out twice. The lock of a process that died is
 * taken over.
 * @param token tells senders in one process apart
 */
export function acquireSender(root: string, token: string): boolean {
  const path = lockFile(root);
  for (let attempt = 0; attempt < 2; attempt++) {
    if (create(path, token)) return true;
    const owner = Owner.safeParse(readJson(path)).data;
    if (owner && isRunning(owner)) return false;
    const aside = `${path}.${process.pid}.${token}`;
    try {
      renameSync(path, aside);
      // somebody may have taken it over between the look and the move: it is theirs, and goes back
      const moved = Owner.safeParse(readJson(aside)).data;
      if (moved && isRunning(moved)) linkSync(aside, path);
    } catch {
      // somebody else was quicker
    }
    rmSync(aside, { force: true });
  }
  return false;
}

export function releaseSender(root: string, token: string): void {
  if (Owner.safeParse(readJson(lockFile(root))).data?.token === token) rmSync(lockFile(root), { force: true });
}

/** Made whole under another name first: a lock without content would look like one left behind. */
function create(path: string, token: string): boolean {
  const whole = `${path}.${process.pid}.${token}.new`;
  try {
    makeFolder(join(path, '..'));
    const fd = openSync(whole, 'w', 0o600);
    try {
      writeSync(fd, JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) ?? '', token }));
    } finally {
      closeSync(fd);
    }
    linkSync(whole, path);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(whole, { force: true });
  }
}
