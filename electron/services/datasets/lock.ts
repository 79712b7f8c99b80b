import { closeSync, constants, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import { killOne, spawnDetached } from '../../platform/process.ts';
import { isRunning, type ProcessId, startTimeOf } from '../../platform/process-identity.ts';
import type { Repo } from './config.ts';

/** BSD's flag to lock while opening, which macOS has and Node does not name. */
const O_EXLOCK = 0x20;
const RETRY_MS = 200;

export type LockOptions = {
  /** how long to wait for somebody else; default 30 s */
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** called once, when there is something to wait for */
  readonly onWait?: ((why: string) => void) | undefined;
};

/**
 * Takes the lock that `dvc` takes (`.dvc/tmp/lock`, flock) and waits for those of its commands that work under its finer lock
 * (`.dvc/tmp/rwlock`). The kernel gives it back when this process ends, however it ends.
 * @returns a function that gives it back
 * @throws AppError CONFLICT when somebody else keeps it, CANCELLED
 */
export async function lockRepo({ root, config }: Repo, options: LockOptions = {}): Promise<() => void> {
  const { waitMs = 30_000, signal, onWait } = options;
  if (config.hardlinkLock)
    throw new AppError(
      'BAD_REQUEST',
      'This project sets core.hardlink_lock, which Assay does not know. Remove it from .dvc/config, or use dvc.',
    );
  const folder = join(root, '.dvc', 'tmp');
  mkdirSync(folder, { recursive: true });
  const until = Date.now() + waitMs;
  let told = false;
  for (;;) {
    if (signal?.aborted) throw new AppError('CANCELLED', 'Cancelled while waiting for the lock.');
    const release = await tryLock(folder);
    const busy = release ? readersAndWriters(folder) : 'another dvc or assay command';
    if (release && busy === null) return release;
    release?.();
    if (Date.now() >= until)
      throw new AppError(
        'CONFLICT',
        `The data of this project is in use by ${busy}. Try again when it has ended; nothing was changed.`,
      );
    if (!told) onWait?.(`Waiting for ${busy} …`);
    told = true;
    await pause(RETRY_MS);
  }
}

async function tryLock(folder: string): Promise<(() => void) | null> {
  const path = join(folder, 'lock');
  if (process.platform === 'darwin') {
    try {
      const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK);
      return () => closeSync(fd);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null;
      throw error;
    }
  }
  if (process.platform === 'win32') return tryOwnLock(folder);
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o644);
  // the lock belongs to the open file, which we share with this program for the moment it runs
  const { code } = await spawnDetached('flock', ['-n', '1'], {
    cwd: folder,
    env: process.env,
    stdout: fd,
    keep: true,
  }).ended.catch(() => ({ code: -1 }));
  if (code === 0) return () => closeSync(fd);
  closeSync(fd);
  // a Linux without util-linux: at least Assay's own commands keep out of each other's way
  return code === -1 ? tryOwnLock(folder) : null;
}

function tryOwnLock(folder: string): (() => void) | null {
  const path = join(folder, 'assay.lock');
  const own: ProcessId = { pid: process.pid, startTime: startTimeOf(process.pid) ?? '' };
  try {
    writeFileSync(path, JSON.stringify(own), { flag: 'wx' });
    return () => rmSync(path, { force: true });
  } catch {
    let owner: ProcessId | null = null;
    try {
      owner = JSON.parse(readFileSync(path, 'utf8')) as ProcessId;
    } catch {
      // just being written, or given back
      return null;
    }
    if (!isRunning(owner)) rmSync(path, { force: true });
    return null;
  }
}

/** Who works under dvc's finer lock, in words; null when nobody who is alive. */
function readersAndWriters(folder: string): string | null {
  let lock: { write?: Record<string, unknown>; read?: Record<string, unknown> };
  try {
    lock = JSON.parse(readFileSync(join(folder, 'rwlock'), 'utf8')) as typeof lock;
  } catch {
    return null;
  }
  const holders = [...Object.values(lock?.write ?? {}), ...Object.values(lock?.read ?? {}).flat()] as ({
    pid?: unknown;
    cmd?: unknown;
  } | null)[];
  const alive = holders.find(
    (one) => typeof one?.pid === 'number' && one.pid > 0 && one.pid !== process.pid && killOne(one.pid, 0),
  );
  return alive ? `"${String(alive.cmd).slice(0, 200)}" (process ${alive.pid})` : null;
}
