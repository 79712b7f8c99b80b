import type Database from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';
import { initial } from './migrations/0001-initial.ts';

export type Migration = { readonly version: number; readonly name: string; readonly sql: string };

/** In order, forward only. A shipped one is never edited: `migrate.test.ts` knows the hash of each. */
export const migrations: readonly Migration[] = [initial];

/**
 * Brings a database up to this version, all pending steps in one transaction.
 * @throws AppError CONFLICT when the file was written by a newer Assay
 */
export function migrate(db: Database.Database): void {
  const current = db.pragma('user_version', { simple: true }) as number;
  const newest = migrations.at(-1)!.version;
  if (current > newest) {
    throw new AppError(
      'CONFLICT',
      `The index of this project was written by a newer Assay (version ${current}, this one knows ${newest}). Update Assay, or run "assay reindex" to rebuild it for this version; no logged data is in it alone.`,
      { current, newest },
    );
  }
  if (current === newest) return;
  db.transaction(() => {
    // another process may have done it while we waited for the lock
    const now = db.pragma('user_version', { simple: true }) as number;
    for (const step of migrations) if (step.version > now) db.exec(step.sql);
    db.pragma(`user_version = ${newest}`);
  }).immediate();
}
