import type { Db } from '../../db/open.ts';
import { createMetricStore } from '../metrics/store.ts';
import type { Batch, MetaField } from './batch.ts';
import type { RunRecord } from './record.ts';
import type { RunState } from './state.ts';
import type { Position } from './tail.ts';

export type StoredRun = {
  pk: number;
  status: RunState['status'];
  last_seen_at: number | null;
  ended_at: number | null;
  exit_code: number | null;
  signal: string | null;
  error: string | null;
  peak_memory: number | null;
};
export type StoredFile = { offset: number; inode: string; skipping: number };

/** Writes what the files of runs say into the index. Whoever writes opens the transaction. */
export function createIngestStore(db: Db) {
  const metrics = createMetricStore(db);
  const run = db.prepare<[string], StoredRun>(
    'SELECT pk, status, last_seen_at, ended_at, exit_code, signal, error, peak_memory FROM runs WHERE id = ?',
  );
  const insertRun = db.prepare(
    `INSERT INTO runs (id, seq, name, experiment, status, source, command, grp, parent, created_at, started_at, note, git_commit, git_branch,
       git_dirty, host, gpus, identity)
     VALUES (@id, coalesce((SELECT seq + 1 FROM runs WHERE id < @id ORDER BY id DESC LIMIT 1), 0), @name, @experiment, @status, @source, @command, @group, @parent, @createdAt, @startedAt, @note, @gitCommit, @gitBranch,
       @gitDirty, @host, @gpus, @identity)`,
  );
  const removeRun = db.prepare('DELETE FROM runs WHERE id = ?');
  const setState = db.prepare(
    `UPDATE runs SET status = @status, ended_at = @endedAt, last_seen_at = @lastSeenAt, exit_code = @exitCode, signal = @signal,
       error = @error, peak_memory = @peakMemory WHERE pk = @pk`,
  );
  const file = db.prepare<[number, string], StoredFile>(
    'SELECT offset, inode, skipping FROM files WHERE run = ? AND name = ?',
  );
  const putFile = db.prepare('REPLACE INTO files (run, name, offset, inode, skipping) VALUES (?, ?, ?, ?, ?)');
  const putParam = db.prepare('REPLACE INTO params (run, key, value, number) VALUES (?, ?, ?, ?)');
  const putSummary = db.prepare('REPLACE INTO summaries (run, key, value) VALUES (?, ?, ?)');
  const putTag = db.prepare('REPLACE INTO tags (run, key, value) VALUES (?, ?, ?)');
  const dropTag = db.prepare('DELETE FROM tags WHERE run = ? AND key = ?');
  const putArtifact = db.prepare(
    'REPLACE INTO artifacts (run, path, size, kind, key, step, caption) VALUES (@pk, @path, @size, @kind, @key, @step, @caption)',
  );
  const countArtifacts = db.prepare(
    'UPDATE runs SET artifact_count = (SELECT count(*) FROM artifacts WHERE run = pk) WHERE pk = ?',
  );
  const putDataset = db.prepare(
    'REPLACE INTO datasets (run, path, role, hash, size, version) VALUES (@pk, @path, @role, @hash, @size, @version)',
  );
  const setNote = db.prepare('UPDATE runs SET note = ? WHERE pk = ?');
  const addBad = db.prepare('UPDATE runs SET bad_lines = bad_lines + ? WHERE pk = ?');
  const identity = db.prepare<[number], string>('SELECT identity FROM runs WHERE pk = ?').pluck();
  const setMeta = {
    name: db.prepare('UPDATE runs SET name = ? WHERE pk = ?'),
    experiment: db.prepare('UPDATE runs SET experiment = ? WHERE pk = ?'),
    starred: db.prepare('UPDATE runs SET starred = ? WHERE pk = ?'),
    color: db.prepare('UPDATE runs SET color = ? WHERE pk = ?'),
    deleted: db.prepare('UPDATE runs SET deleted_at = ? WHERE pk = ?'),
  } satisfies Record<MetaField, unknown>;

  const putParamValue = (pk: number, key: string, value: unknown): void =>
    void putParam.run(pk, key, JSON.stringify(value), typeof value === 'number' ? value : null);

  const applyMeta = (pk: number, field: MetaField, value: unknown, t: number): void => {
    const set = (to: unknown): void => void setMeta[field].run(to, pk);
    const named = (fallback: string): unknown =>
      typeof value === 'string' && value !== ''
        ? value
        : ((JSON.parse(identity.get(pk)!) as Record<string, unknown>)[field] ?? fallback);
    if (field === 'name') set(String(named('unnamed')));
    else if (field === 'experiment') set(String(named('default')));
    else if (field === 'starred') set(value === true ? 1 : 0);
    else if (field === 'color') set(typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value) ? value : null);
    else set(value === true ? t * 1000 : null);
  };

  return {
    run: (id: string): StoredRun | undefined => run.get(id),
    remove: (id: string): boolean => removeRun.run(id).changes > 0,
    position: (pk: number, name: string): StoredFile | undefined => file.get(pk, name),

    add(id: string, record: RunRecord, status: RunState['status']): number {
      const pk = Number(insertRun.run({ ...record, id, status }).lastInsertRowid);
      for (const [key, value] of record.tags) putTag.run(pk, key, value);
      for (const [key, value] of record.params) putParamValue(pk, key, value);
      for (const dataset of record.datasets) putDataset.run({ ...dataset, pk });
      return pk;
    },

    setState: (pk: number, state: RunState): void => void setState.run({ ...state, pk }),

    /** Adds what a piece of a file says, and that it has been read up to `next`. */
    apply(pk: number, name: string, inode: string, next: Position, batch: Batch): void {
      for (const [key, column] of batch.series) metrics.append(pk, key, column.points());
      for (const [key, value] of batch.params) putParamValue(pk, key, value);
      for (const [key, value] of batch.summaries) putSummary.run(pk, key, JSON.stringify(value));
      for (const [key, value] of batch.tags) value === null ? dropTag.run(pk, key) : putTag.run(pk, key, value);
      for (const artifact of batch.artifacts.values()) putArtifact.run({ ...artifact, pk });
      if (batch.artifacts.size > 0) countArtifacts.run(pk);
      for (const dataset of batch.datasets.values()) putDataset.run({ ...dataset, pk });
      if (batch.note !== null) setNote.run(batch.note, pk);
      for (const [field, { value, t }] of batch.meta) applyMeta(pk, field, value, t);
      if (batch.bad > 0) addBad.run(batch.bad, pk);
      putFile.run(pk, name, next.offset, inode, next.skipping ? 1 : 0);
    },
  };
}
