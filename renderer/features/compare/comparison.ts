import { type ComparedRow, compareRuns } from '../../../shared/compare-runs.ts';
import type { RunRow } from '../../../shared/contract/runs.ts';

export type MetricValue = 'last' | 'min' | 'max';

/** How a value differs from the baseline's: the difference, and by how much of the baseline's size (null when that is 0). */
export type Delta = { readonly difference: number; readonly ratio: number | null };

export const MAX_RUNS = 50;

/** Reads the `runs` of the address: ids, each once, in their order, no more than can be compared. */
export function parseRunIds(value: unknown): string[] {
  const ids = typeof value === 'string' ? value.split(',') : [];
  return [...new Set(ids.filter((id) => /^[0-9a-f]{32}$/.test(id)))].slice(0, MAX_RUNS);
}

/**
 * All there is to compare of some runs, row by row, with the duration besides. System use is left out: it differs always.
 * @param value which of a metric's values stands for it
 * @param duration of a run in ms; null when it has none
 */
export function comparedRows(
  runs: readonly RunRow[],
  value: MetricValue,
  duration: (run: RunRow) => number | null,
): ComparedRow[] {
  const chosen = runs.map((run) => ({
    ...run,
    metrics: Object.fromEntries(
      Object.entries(run.metrics)
        .filter(([key]) => !key.startsWith('system/'))
        .map(([key, summary]) => [key, { ...summary, last: summary[value] }]),
    ),
  }));
  const durations = runs.map(duration);
  const rows = compareRuns(chosen);
  if (durations.every((one) => one === null)) return rows;
  const differs = durations.some((one) => one !== durations[0]);
  return [...rows, { kind: 'run', key: 'duration', values: durations, differs }];
}

/** The rows that are shown: only those that differ unless all are wanted, and only those that a search finds in key or values. */
export function shownRows(rows: readonly ComparedRow[], onlyDifferences: boolean, search: string): ComparedRow[] {
  const wanted = search.trim().toLowerCase();
  return rows.filter(
    (row) =>
      (row.differs || !onlyDifferences) &&
      (wanted === '' ||
        row.key.toLowerCase().includes(wanted) ||
        row.values.some((value) => cellText(value).toLowerCase().includes(wanted))),
  );
}

/** The difference to the baseline, for two finite numbers that are not the same; else null. */
export function delta(value: unknown, baseline: unknown): Delta | null {
  if (typeof value !== 'number' || typeof baseline !== 'number') return null;
  const difference = value - baseline;
  if (!Number.isFinite(difference) || difference === 0) return null;
  return { difference, ratio: baseline === 0 ? null : difference / Math.abs(baseline) };
}

/** A value with every digit, as it is searched and exported; nothing for a value that is not there. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return JSON.stringify(value);
}

/** Rows as CSV (RFC 4180), a column a run. Texts that a spreadsheet would take for a formula get a `'` in front. */
export function comparisonCsv(runs: readonly { name: string; id: string }[], rows: readonly ComparedRow[]): string {
  const lines = [
    ['kind', 'key', ...runs.map((run) => guard(run.name))],
    ['run', 'id', ...runs.map((run) => run.id)],
    ...rows.map((row) => [row.kind, row.key, ...row.values.map(csvValue)]),
  ];
  return `${lines.map((line) => line.map(csvField).join(',')).join('\r\n')}\r\n`;
}

function csvValue(value: unknown): string {
  return typeof value === 'number' ? String(value) : guard(cellText(value));
}

function guard(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(text) ? `'${text}` : text;
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
