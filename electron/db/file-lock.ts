import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AppError, messageOf } from '../../shared/errors.ts';

const WAIT_MS = 15_000;

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
