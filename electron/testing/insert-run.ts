import { newRunId } from '../../shared/ids.ts';
import type { Db } from '../db/open.ts';

export type InsertedRun = {
  id?: string;
  name?: string;
  experiment?: string;
  status?: string;
  command?: readonly string[];
  createdAt?: number;
  startedAt?: number | null;
  endedAt?: number | null;
  lastSeenAt?: number | null;
  deletedAt?: number | null;
  starred?: boolean;
  parent?: string | null;
  group?: string | null;
  note?: string;
  git?: { commit: string | null; branch: string | null; dirty: boolean | null };
  identity?: unknown;
  params?: Record<string, unknown>;
  tags?: Record<string, string>;
  /** Last value, or last, min and max; NaN is stored as the ingester stores it. */
  metrics?: Record<string, number | readonly [last: number, min: number, max: number]>;
};

/** Puts a run straight into the index, for tests of what reads it. Returns its id. */
export function insertRun(db: Db, run: InsertedRun = {}): string {
  const id = run.id ?? newRunId();
  const createdAt = run.createdAt ?? 1_790_000_000_000;
  const flag = (value: boolean | null | undefined): number | null => (value == null ? null : Number(value));
  const pk = db
    .prepare(
      `INSERT INTO runs (id, name, experiment, status, source, command, grp, parent, starred, created_at, started_at, ended_at, last_seen_at,
         deleted_at, note, git_commit, git_branch, git_dirty, identity) VALUES (?, ?, ?, ?, 'sdk', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      id,
      run.name ?? 'run',
      run.experiment ?? 'default',
      run.status ?? 'finished',
      JSON.stringify(run.command ?? ['python', 'train.py']),
      run.group ?? null,
      run.parent ?? null,
      flag(run.starred ?? false),
      createdAt,
      run.startedAt === undefined ? createdAt : run.startedAt,
      run.endedAt ?? null,
      run.lastSeenAt ?? null,
      run.deletedAt ?? null,
      run.note ?? '',
      run.git?.commit ?? null,
      run.git?.branch ?? null,
      flag(run.git?.dirty),
      JSON.stringify(run.identity ?? {}),
    ).lastInsertRowid;
  const stored = (value: number): number | null => (Number.isNaN(value) ? null : value);
  for (const [key, value] of Object.entries(run.metrics ?? {})) {
    const [last, min, max] = typeof value === 'number' ? [value, value, value] : value;
    db.prepare(
      'INSERT INTO series (run, key, count, last, min, max, last_step, last_time) VALUES (?, ?, 3, ?, ?, ?, 2, 1)',
    ).run(pk, key, stored(last), stored(min), stored(max));
  }
  for (const [key, value] of Object.entries(run.params ?? {})) {
    db.prepare('INSERT INTO params (run, key, value, number) VALUES (?, ?, ?, ?)').run(
      pk,
      key,
      JSON.stringify(value),
      typeof value === 'number' ? value : null,
    );
  }
  for (const [key, value] of Object.entries(run.tags ?? {}))
    db.prepare('INSERT INTO tags (run, key, value) VALUES (?, ?, ?)').run(pk, key, value);
  return id;
}
