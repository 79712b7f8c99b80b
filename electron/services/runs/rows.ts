import type { MetricSummary, ParamValue, RunRow } from '../../../shared/contract/runs.ts';
import type { Db } from '../../db/open.ts';

/** Which keys of a row to fill in; absent means all of them. */
export type Fill = { metrics?: readonly string[] | undefined; params?: readonly string[] | undefined };

type StoredRun = {
  pk: number;
  id: string;
  name: string;
  experiment: string;
  status: RunRow['status'];
  source: RunRow['source'];
  command: string;
  grp: string | null;
  parent: string | null;
  starred: number;
  color: string | null;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  last_seen_at: number | null;
  deleted_at: number | null;
  exit_code: number | null;
  signal: string | null;
  error: string | null;
  note: string;
  git_commit: string | null;
  git_branch: string | null;
  git_dirty: number | null;
  gpus: string;
  peak_memory: number | null;
  seq: number;
  artifact_count: number;
};

// with the alias, because json_each has columns of the same names
const COLUMNS =
  'r.pk, r.id, r.seq, r.name, r.experiment, r.status, r.source, r.command, r.grp, r.parent, r.starred, r.color, r.created_at, r.started_at, r.ended_at, r.last_seen_at, r.deleted_at, r.exit_code, r.signal, r.error, r.note, r.git_commit, r.git_branch, r.git_dirty, r.gpus, r.peak_memory, r.artifact_count';

/** The rows of a page in the order of `pks`: four statements, however many runs and columns. */
export function readRows(db: Db, pks: readonly number[], fill: Fill): RunRow[] {
  const asked = JSON.stringify(pks);
  const stored = db
    .prepare<[string], StoredRun>(`SELECT ${COLUMNS} FROM json_each(?) i CROSS JOIN runs r ON r.pk = i.value`)
    .all(asked);
  const metrics = readMetrics(db, asked, fill.metrics);
  const params = readParams(db, asked, fill.params);
  const tags = readTags(db, asked);
  return stored.map((row) =>
    toRow(row, { metrics: metrics.get(row.pk), params: params.get(row.pk), tags: tags.get(row.pk) }),
  );
}

function toRow(
  row: StoredRun,
  side: {
    metrics?: RunRow['metrics'] | undefined;
    params?: RunRow['params'] | undefined;
    tags?: RunRow['tags'] | undefined;
  },
): RunRow {
  return {
    id: row.id,
    name: row.name,
    experiment: row.experiment,
    status: row.status,
    source: row.source,
    command: parseList(row.command).map(String),
    group: row.grp,
    parent: row.parent,
    starred: row.starred === 1,
    color: row.color,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    lastSeenAt: row.last_seen_at,
    deletedAt: row.deleted_at,
    exitCode: row.exit_code,
    signal: row.signal,
    error: row.error,
    note: row.note,
    git:
      row.git_commit === null && row.git_branch === null && row.git_dirty === null
        ? null
        : {
            commit: row.git_commit,
            branch: row.git_branch,
            dirty: row.git_dirty === null ? null : row.git_dirty === 1,
          },
    gpus: parseList(row.gpus).filter((gpu) => typeof gpu === 'number'),
    peakMemoryBytes: row.peak_memory,
    seq: row.seq,
    artifactCount: row.artifact_count,
    params: side.params ?? {},
    tags: side.tags ?? {},
    metrics: side.metrics ?? {},
  };
}

type StoredSeries = [
  run: number,
  key: string,
  last: number | null,
  min: number | null,
  max: number | null,
  step: number,
  count: number,
];

function readMetrics(
  db: Db,
  pks: string,
  keys: readonly string[] | undefined,
): Map<number, Record<string, MetricSummary>> {
  const byRun = new Map<number, Record<string, MetricSummary>>();
  const values = 'k.run, k.key, k.last, k.min, k.max, k.last_step, k.count';
  for (const [run, key, last, min, max, step, count] of sideRows(db, 'series', values, pks, keys) as StoredSeries[]) {
    // the index keeps NaN as NULL
    entry(byRun, run, key, { last: last ?? Number.NaN, min: min ?? Number.NaN, max: max ?? Number.NaN, step, count });
  }
  return byRun;
}

function readParams(db: Db, pks: string, keys: readonly string[] | undefined): Map<number, Record<string, ParamValue>> {
  const byRun = new Map<number, Record<string, ParamValue>>();
  for (const [run, key, value] of sideRows(db, 'params', 'k.run, k.key, k.value', pks, keys) as [
    number,
    string,
    string,
  ][]) {
    entry(byRun, run, key, parseValue(value));
  }
  return byRun;
}

function readTags(db: Db, pks: string): Map<number, Record<string, string>> {
  const byRun = new Map<number, Record<string, string>>();
  for (const [run, key, value] of sideRows(db, 'tags', 'k.run, k.key, k.value', pks, undefined) as [
    number,
    string,
    string,
  ][]) {
    entry(byRun, run, key, value);
  }
  return byRun;
}

function sideRows(
  db: Db,
  table: 'series' | 'params' | 'tags',
  values: string,
  pks: string,
  keys: readonly string[] | undefined,
): unknown[] {
  if (keys?.length === 0) return [];
  const restricted = keys === undefined ? '' : 'AND k.key IN (SELECT value FROM json_each(?))';
  return db
    .prepare(`SELECT ${values} FROM json_each(?) i CROSS JOIN ${table} k ON k.run = i.value ${restricted}`)
    .raw()
    .all(pks, ...(keys === undefined ? [] : [JSON.stringify(keys)]));
}

function entry<T>(byRun: Map<number, Record<string, T>>, run: number, key: string, value: T): void {
  let of = byRun.get(run);
  if (!of) {
    // a key may be `__proto__`: in an object with a prototype it would be swallowed
    of = Object.create(null) as Record<string, T>;
    byRun.set(run, of);
  }
  of[key] = value;
}

/** JSON of the index; what cannot be read comes back as the text it is. */
export function parseValue(json: string): ParamValue {
  try {
    return JSON.parse(json) as ParamValue;
  } catch {
    return json;
  }
}

function parseList(json: string): unknown[] {
  const value = parseValue(json);
  return Array.isArray(value) ? value : [];
}
