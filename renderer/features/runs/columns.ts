import type { ParamValue, RunColumns, RunRow } from '../../../shared/contract/runs.ts';
import {
  formatAgo,
  formatBytes,
  formatCommand,
  formatDateTime,
  formatDuration,
  formatNumber,
  fullNumber,
  shortCommit,
} from '../../lib/format.ts';

export type MetricPart = 'last' | 'min' | 'max';

/** A column of the runs table. Its id is what the address and the remembered view hold. */
export type Column = {
  /** `name`, `status` …, `param:<key>`, `tag:<key>`, `metric:<key>`, `metric:<key>:min`, `metric:<key>:max` */
  readonly id: string;
  readonly title: string;
  readonly group: 'Run' | 'Metrics' | 'Params' | 'Tags';
  readonly align: 'left' | 'right';
  /** Usual width in px. */
  readonly width: number;
  /** What the host sorts by; null when it cannot. */
  readonly sort: string | null;
  /** What the cell says, short; empty when there is nothing to say. */
  text(row: RunRow, now: number): string;
  /** The same with every digit, for the tooltip and the CSV file. */
  full(row: RunRow, now: number): string;
};

type Fixed = { title: string; align?: 'right'; width: number; sort?: string } & Pick<Column, 'text'> &
  Partial<Pick<Column, 'full'>>;

const time = (at: number | null): string => (at === null ? '' : formatDateTime(at));
const ago = (at: number | null, now: number): string => (at === null ? '' : formatAgo(at, now));

const FIXED: Record<string, Fixed> = {
  name: { title: 'Name', width: 240, sort: 'name', text: (row) => row.name },
  status: { title: 'Status', width: 104, sort: 'status', text: (row) => row.status },
  experiment: { title: 'Experiment', width: 120, sort: 'experiment', text: (row) => row.experiment },
  startedAt: {
    title: 'Started',
    width: 104,
    sort: 'startedAt',
    text: (row, now) => ago(row.startedAt ?? row.createdAt, now),
    full: (row) => time(row.startedAt ?? row.createdAt),
  },
  endedAt: {
    title: 'Ended',
    width: 104,
    sort: 'endedAt',
    text: (row, now) => ago(row.endedAt, now),
    full: (row) => time(row.endedAt),
  },
  duration: {
    title: 'Duration',
    align: 'right',
    width: 88,
    sort: 'duration',
    text: (row, now) => writtenDuration(row, now, formatDuration),
    full: (row, now) => writtenDuration(row, now, (ms) => `${ms / 1000} s`),
  },
  branch: { title: 'Branch', width: 112, sort: 'branch', text: (row) => row.git?.branch ?? '' },
  commit: {
    title: 'Commit',
    width: 96,
    text: (row) => (row.git?.commit ? shortCommit(row.git.commit) : ''),
    full: (row) => `${row.git?.commit ?? ''}${row.git?.dirty ? ' with uncommitted changes' : ''}`,
  },
  gpus: { title: 'GPU', width: 64, text: (row) => row.gpus.join(', ') },
  tags: {
    title: 'Tags',
    width: 160,
    text: (row) =>
      Object.entries(row.tags)
        .map(([key, value]) => (value === '' ? key : `${key}: ${value}`))
        .join(', '),
  },
  note: { title: 'Note', width: 180, text: (row) => row.note.split('\n')[0]!, full: (row) => row.note },
  group: { title: 'Group', width: 112, text: (row) => row.group ?? '' },
  command: { title: 'Command', width: 220, text: (row) => formatCommand(row.command) },
  error: { title: 'Error', width: 200, text: (row) => row.error ?? '' },
  exit: {
    title: 'Exit',
    align: 'right',
    width: 64,
    text: (row) => row.signal ?? (row.exitCode === null ? '' : String(row.exitCode)),
  },
  memory: {
    title: 'Peak memory',
    align: 'right',
    width: 104,
    text: (row) => (row.peakMemoryBytes === null ? '' : formatBytes(row.peakMemoryBytes)),
    full: (row) => (row.peakMemoryBytes === null ? '' : `${row.peakMemoryBytes} bytes`),
  },
  artifacts: {
    title: 'Artifacts',
    align: 'right',
    width: 80,
    text: (row) => (row.artifactCount === 0 ? '' : String(row.artifactCount)),
  },
  source: { title: 'Started by', width: 88, text: (row) => (row.source === 'launch' ? 'Assay' : 'script') },
  id: { title: 'Id', width: 132, text: (row) => row.id },
};

/** Ids of the columns that every run has. */
export const FIXED_IDS: readonly string[] = Object.keys(FIXED);

/** The column with this id; undefined when the id means nothing. */
export function columnOf(id: string): Column | undefined {
  const fixed = Object.hasOwn(FIXED, id) ? FIXED[id] : undefined;
  if (fixed) {
    const { title, align = 'left', width, sort = null, text, full = text } = fixed;
    return { id, title, group: 'Run', align, width, sort, text, full };
  }
  const keyed = /^(param|tag|metric):(.+)$/s.exec(id);
  if (!keyed) return undefined;
  const [, kind, rest] = keyed as unknown as [string, 'param' | 'tag' | 'metric', string];
  if (kind === 'metric') return metricColumn(id, rest);
  if (kind === 'tag') {
    const text = (row: RunRow): string => row.tags[rest] ?? '';
    return { id, title: rest, group: 'Tags', align: 'left', width: 120, sort: id, text, full: text };
  }
  return {
    id,
    title: rest,
    group: 'Params',
    align: 'right',
    width: 104,
    sort: id,
    text: (row) => paramText(row.params[rest], cellNumber),
    full: (row) => paramText(row.params[rest], fullNumber),
  };
}

const CUT_FROM = 1e10;

/** A number for a cell. Digits that are cut off at its edge would hide the size, so a very large one is written with an exponent; hover has all. */
function cellNumber(value: number): string {
  const large = Math.abs(value) >= CUT_FROM && Number.isFinite(value);
  return large ? Number(value.toPrecision(5)).toExponential().replace('e+', 'e') : formatNumber(value);
}

function metricColumn(id: string, rest: string): Column {
  const { key, part } = splitMetric(rest);
  const value = (row: RunRow, write: (value: number) => string): string => {
    const summary = row.metrics[key];
    return summary ? write(summary[part]) : '';
  };
  return {
    id,
    title: part === 'last' ? key : `${key} ${part}`,
    group: 'Metrics',
    align: 'right',
    width: 104,
    sort: id,
    text: (row) => value(row, cellNumber),
    full: (row) => value(row, fullNumber),
  };
}

/** Takes `loss:min` apart. A key may hold colons itself; only the three parts count. */
export function splitMetric(rest: string): { key: string; part: MetricPart } {
  const part = /^(.+):(last|min|max)$/s.exec(rest);
  return part ? { key: part[1]!, part: part[2] as MetricPart } : { key: rest, part: 'last' };
}

/** The id of a metric's column. The last value is the usual one; a key that ends like a part says so too. */
export function metricId(key: string, part: MetricPart): string {
  return part === 'last' && splitMetric(key).key === key ? `metric:${key}` : `metric:${key}:${part}`;
}

/** A param as a person wrote it: texts without quotes, other values as JSON. */
export function paramText(value: ParamValue | undefined, write: (value: number) => string): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return write(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** How long a run took, or has taken so far, in ms; null before it starts. A lost run ends with its last sign of life. */
export function durationOf(row: RunRow, now: number): number | null {
  if (row.startedAt === null) return null;
  if (row.status === 'running') return Math.max(0, now - row.startedAt);
  const end = row.endedAt ?? row.lastSeenAt;
  return end === null ? null : Math.max(0, end - row.startedAt);
}

function writtenDuration(row: RunRow, now: number, write: (ms: number) => string): string {
  const ms = durationOf(row, now);
  return ms === null ? '' : write(ms);
}

/** Params of which some row has a text: their column begins at the left, as texts do. */
export function textParams(rows: readonly RunRow[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const row of rows) {
    for (const [key, value] of Object.entries(row.params)) if (typeof value === 'string') ids.add(`param:${key}`);
  }
  return ids;
}

/** Which metrics and params the host has to fill in for these columns. */
export function neededKeys(ids: readonly string[]): { metrics: string[]; params: string[] } {
  const metrics = new Set<string>();
  const params = new Set<string>();
  for (const id of ids) {
    if (id.startsWith('metric:')) metrics.add(splitMetric(id.slice(7)).key);
    else if (id.startsWith('param:')) params.add(id.slice(6));
  }
  return { metrics: [...metrics].sort(), params: [...params].sort() };
}

const MOST_PARAMS = 4;
const MOST_METRICS = 4;

/**
 * The columns a project shows at first: what every run has, metrics of validation before others, and the params that differ between runs.
 * @param sample some runs with their params, to see which differ
 */
export function defaultColumns(known: RunColumns, sample: readonly RunRow[]): string[] {
  const several = known.experiments.length > 1 ? ['experiment'] : [];
  const metrics = known.metrics
    .filter(({ key }) => !/^(system|rank\d+)\//.test(key))
    .map((metric) => ({ ...metric, score: metricScore(metric.key) }))
    .sort((a, b) => b.score - a.score || b.runs - a.runs)
    .slice(0, MOST_METRICS);
  const params = known.params
    .filter(({ key }) => new Set(sample.map((row) => JSON.stringify(row.params[key]))).size > 1)
    .sort((a, b) => b.runs - a.runs)
    .slice(0, MOST_PARAMS);
  return [
    'status',
    ...metrics.map(({ key }) => metricId(key, 'last')),
    ...params.map(({ key }) => `param:${key}`),
    'startedAt',
    'duration',
    ...several,
    'commit',
  ];
}

function metricScore(key: string): number {
  const held = /(^|[/_.-])(val|valid|validation|eval|test|dev)([/_.-]|$)/i.test(key) ? 4 : 0;
  const telling = /acc|f1|auc|loss|rmse|mae|bleu|score|error/i.test(key) ? 2 : 0;
  const clock = /epoch|step|time|lr|learning_rate|second/i.test(key) ? -3 : 0;
  return held + telling + clock;
}
