import type { Db } from '../../../db/open.ts';

export type KnownRun = {
  readonly id: string;
  readonly name: string;
  readonly experiment: string;
  readonly commit: string | null;
  readonly inTrash: boolean;
};

type Row = { id: string; name: string; experiment: string; git_commit: string | null; deleted_at: number | null };

const known = (row: Row): KnownRun => ({
  id: row.id,
  name: row.name,
  experiment: row.experiment,
  commit: row.git_commit,
  inTrash: row.deleted_at !== null,
});

/** A run as the index has it; null when this machine does not have it. */
export function runOf(db: Db, id: string): KnownRun | null {
  const row = db
    .prepare<[string], Row>('SELECT id, name, experiment, git_commit, deleted_at FROM runs WHERE id = ?')
    .get(id);
  return row ? known(row) : null;
}

export type ReadData = {
  readonly path: string;
  readonly hash: string | null;
  readonly version: string | null;
  readonly role: string;
};

/** What a run read. */
export const dataOf = (db: Db, run: string): ReadData[] =>
  db
    .prepare<[string], ReadData>(
      'SELECT d.path, d.hash, d.version, d.role FROM datasets d JOIN runs r ON r.pk = d.run WHERE r.id = ? ORDER BY d.path LIMIT 500',
    )
    .all(run);

/** Runs that read a version of data, newest first, at most `limit`. Runs write the hash with or without `md5:` or `sha256:`. */
export const readersOf = (db: Db, hash: string, limit: number): KnownRun[] =>
  db
    .prepare<[string, string, string, number], Row>(
      `SELECT DISTINCT r.id, r.name, r.experiment, r.git_commit, r.deleted_at FROM datasets d JOIN runs r ON r.pk = d.run
       WHERE d.hash IN (?, ?, ?) AND r.deleted_at IS NULL ORDER BY r.created_at DESC LIMIT ?`,
    )
    .all(hash, `md5:${hash}`, `sha256:${hash}`, limit)
    .map(known);
