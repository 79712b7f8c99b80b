import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AppError, messageOf } from '../../shared/errors.ts';
import { migrate } from './migrate.ts';

export type Db = Database.Database;

/** How long one process waits for another. */
const BUSY_MS = 5000;

/**
 * Opens the index of a project, made when missing. WAL, so that readers never wait for the writer.
 * @throws AppError CONFLICT when a newer Assay wrote it, UNAVAILABLE when it is damaged or cannot be written
 */
export function openDb(path: string): Db {
  let db: Db | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    removeRemnants(path);
    db = new Database(path, { timeout: BUSY_MS });
    // must come before the first table; larger pages waste less at the end of each chunk
    db.pragma('page_size = 8192');
    enterWal(db);
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    db.pragma('cache_size = -16000');
    migrate(db);
    return db;
  } catch (error) {
    db?.close();
    throw indexError(path, error);
  }
}

/**
 * Of several processes that make an index at the same moment one turns WAL on; SQLite tells the others "locked" at once, whatever the busy timeout
 * (sqlite.org/wal.html, "Sometimes queries return SQLITE_BUSY in WAL mode").
 */
function enterWal(db: Db): void {
  const until = Date.now() + BUSY_MS;
  for (;;) {
    try {
      db.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'SQLITE_BUSY' || Date.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

/**
 * Where the file itself was deleted, its log and shared memory may be left behind, even in use by those who still have the deleted file open;
 * a new index must not share them. Only who creates the file does this.
 */
function removeRemnants(path: string): void {
  try {
    closeSync(openSync(path, 'wx'));
  } catch {
    // it exists, or SQLite will say what is wrong
    return;
  }
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
}

/** Takes a damaged or too new index away, so that `openDb` makes a fresh one. */
export function removeDb(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}

/** True for what SQLite says of a file that is truncated or no database at all. */
export function isDamaged(error: unknown): boolean {
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}

/** What SQLite threw, as a sentence for a person. */
export function indexError(path: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isDamaged(error)) {
    return new AppError(
      'UNAVAILABLE',
      'The index of this project is damaged. Run "assay reindex" to rebuild it from the files of the runs; nothing that was logged is lost.',
      { path, damaged: true },
      { cause: error },
    );
  }
  if ((error as { code?: unknown } | null)?.code === 'SQLITE_FULL') {
    return new AppError(
      'UNAVAILABLE',
      'The index of this project cannot be written: the disk is full. Free some space and try again; what was logged is safe in the files of the runs.',
      { path },
      { cause: error },
    );
  }
  return new AppError(
    'UNAVAILABLE',
    `The index of this project cannot be opened (${messageOf(error)}). Check that its .assay folder can be written and the disk is not full.`,
    { path },
    { cause: error },
  );
}
