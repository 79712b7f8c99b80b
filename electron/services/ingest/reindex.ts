import { AppError } from '../../../shared/errors.ts';
import { type Db, isDamaged, openDb, removeDb } from '../../db/open.ts';
import { type CatchUpOptions, catchUp } from './catch-up.ts';

export type Reindexed = { runs: number; points: number };

/**
 * Rebuilds an index from the files of the runs. A healthy one is emptied and filled again, because other processes may have it open; one that
 * is damaged or from a newer Assay is replaced by a new file, which those processes notice.
 */
export async function reindex(
  root: string,
  indexPath: string,
  options: Pick<CatchUpOptions, 'signal' | 'onProgress'> = {},
): Promise<Reindexed> {
  const db = openEmpty(indexPath);
  try {
    await catchUp(root, db, options);
    return {
      runs: db.prepare('SELECT count(*) FROM runs').pluck().get() as number,
      points: db.prepare('SELECT coalesce(sum(count), 0) FROM series').pluck().get() as number,
    };
  } finally {
    db.close();
  }
}

function openEmpty(indexPath: string): Db {
  let db: Db | undefined;
  try {
    db = openDb(indexPath);
    const healthy = db.pragma('quick_check(1)', { simple: true }) === 'ok';
    if (healthy) {
      empty(db);
      return db;
    }
  } catch (error) {
    if (!isUnusable(error)) {
      db?.close();
      throw error;
    }
  }
  db?.close();
  removeDb(indexPath);
  return openDb(indexPath);
}

/** Every other table hangs on these. */
function empty(db: Db): void {
  db.transaction(() => {
    db.exec('DELETE FROM chunks; DELETE FROM series; DELETE FROM runs;');
  }).immediate();
}

function isUnusable(error: unknown): boolean {
  if (isDamaged(error)) return true;
  return error instanceof AppError && (error.code === 'CONFLICT' || error.data.damaged === true);
}
