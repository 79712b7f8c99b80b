import type { DatasetUse, MetricSummary, ParamValue, RunDetail, RunRow } from '../../../shared/contract/runs.ts';
import type { Db } from '../../db/open.ts';

/** JSON has no NaN and no infinities; they are the strings that the log files use as well. */
export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** A run as the terminal's `--json` and scripts see it. Times are epoch milliseconds. */
export type RunJson = {
  id: string;
  name: string;
  experiment: string;
  status: RunRow['status'];
  command: string[];
  startedAt: number | null;
  endedAt: number | null;
  exitCode: number | null;
  params: Record<string, ParamValue>;
  tags: Record<string, string>;
  metrics: Record<string, { last: JsonNumber; min: JsonNumber; max: JsonNumber; step: JsonNumber; count: number }>;
  git: RunRow['git'];
  datasets: DatasetUse[];
  artifacts: { path: string; size: number }[];
};

type Extras = { datasets: readonly DatasetUse[]; artifacts: readonly { path: string; size: number }[] };

/** A run's JSON. The wrapper's own `system/` metrics are left out. */
export function runJson(run: RunDetail): RunJson {
  return toJson(run, run);
}

/** The JSON of many runs, in order, with their logged artifacts and data sets in one statement each. */
export function listJson(db: Db, pks: readonly number[], rows: readonly RunRow[]): RunJson[] {
  const asked = JSON.stringify(pks);
  const artifacts = db
    .prepare<[string], { id: string; path: string; size: number }>(
      'SELECT r.id, a.path, a.size FROM json_each(?) i CROSS JOIN runs r ON r.pk = i.value CROSS JOIN artifacts a ON a.run = r.pk ORDER BY a.path',
    )
    .all(asked);
  const datasets = db
    .prepare<[string], DatasetUse & { id: string }>(
      `SELECT r.id, d.path, nullif(d.role, '') AS role, d.hash, d.size, d.version
       FROM json_each(?) i CROSS JOIN runs r ON r.pk = i.value CROSS JOIN datasets d ON d.run = r.pk ORDER BY d.path, d.role`,
    )
    .all(asked);
  const artifactsOf = Map.groupBy(artifacts, (one) => one.id);
  const datasetsOf = Map.groupBy(datasets, (one) => one.id);
  return rows.map((row) =>
    toJson(row, { artifacts: artifactsOf.get(row.id) ?? [], datasets: datasetsOf.get(row.id) ?? [] }),
  );
}

function toJson(row: RunRow, { datasets, artifacts }: Extras): RunJson {
  return {
    id: row.id,
    name: row.name,
    experiment: row.experiment,
    status: row.status,
    command: row.command,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    exitCode: row.exitCode,
    params: row.params,
    tags: row.tags,
    metrics: Object.fromEntries(
      Object.entries(row.metrics)
        .filter(([key]) => !key.startsWith('system/'))
        .map(([key, summary]) => [key, summaryJson(summary)]),
    ),
    git: row.git,
    datasets: datasets.map(({ path, role, hash, size, version }) => ({ path, role, hash, size, version })),
    artifacts: artifacts.map(({ path, size }) => ({ path, size })),
  };
}

function summaryJson({ last, min, max, step, count }: MetricSummary): RunJson['metrics'][string] {
  return { last: jsonNumber(last), min: jsonNumber(min), max: jsonNumber(max), step: jsonNumber(step), count };
}

/** A number as JSON can hold it. */
export function jsonNumber(value: number): JsonNumber {
  return Number.isFinite(value) ? value : (String(value) as JsonNumber);
}
