import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { AppError, messageOf } from '../../shared/errors.ts';

const WAIT_MS = 15_000;
const RETRY_MS = 50;

/**
 * Does a short piece of work that no other process does at the same time, with SQLite's lock on an empty file: the system gives it back when a
 * process dies, however it dies. The work must not wait for anything.
 * @throws AppError CONFLICT when somebody else keeps it, UNAVAILABLE when the file cannot be made
 */
export function withFileLock<T>(path: string, work: () => T): T {
  let db: Database.Database | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    db = new Database(path, { timeout: WAIT_MS });
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db?.close();
    if ((error as { code?: unknown }).code === 'SQLITE_BUSY')
      throw new AppError('CONFLICT', 'Another Assay process is writing here and does not end. Try again.', { path });
    throw new AppError(
      'UNAVAILABLE',
      `${path} cannot be locked (${messageOf(error)}). Check that its folder can be written.`,
    );
  }
  try {
    return work();
  } finally {
    db.close();
  }
}

/**
 * The same for work that takes its time, commits and tags among it: waits without holding up anybody, and resolves to what gives the lock back.
 * @throws AppError CONFLICT when somebody else keeps it, UNAVAILABLE when the file cannot be made, CANCELLED
 */
export async function takeFileLock(path: string, signal?: AbortSignal): Promise<() => void> {
  for (const until = Date.now() + 2 * WAIT_MS; ; await pause(RETRY_MS)) {
    if (signal?.aborted) throw new AppError('CANCELLED', 'Cancelled while waiting for another command.');
    let db: Database.Database | undefined;
    try {
      mkdirSync(dirname(path), { recursive: true });
      db = new Database(path, { timeout: 0 });
      db.exec('BEGIN EXCLUSIVE');
      const held = db;
      return () => void held.close();
    } catch (error) {
      db?.close();
      if ((error as { code?: unknown }).code !== 'SQLITE_BUSY')
        throw new AppError(
          'UNAVAILABLE',
          `${path} cannot be locked (${messageOf(error)}). Check that its folder can be written.`,
        );
      if (Date.now() > until)
        throw new AppError('CONFLICT', 'Another Assay process is writing here and does not end. Try again.', { path });
    }
  }
}
