import type { RunRow } from '../../../shared/contract/runs.ts';
import { csvCell } from '../../lib/csv.ts';
import type { Column } from './columns.ts';

/**
 * The table as CSV (RFC 4180), one line a run, numbers with every digit and times as ISO 8601. The run's id comes first.
 * @param now epoch ms, for the duration of what still runs
 */
export function runsCsv(columns: readonly Column[], rows: readonly RunRow[], now: number): string {
  const shown = columns.filter((column) => column.id !== 'id');
  const head = ['id', ...shown.map((column) => (column.group === 'Run' ? column.title : column.id))];
  const lines = rows.map((row) => [row.id, ...shown.map((column) => value(column, row, now))]);
  return `${[head, ...lines].map((cells) => cells.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

function value(column: Column, row: RunRow, now: number): string {
  if (column.id === 'startedAt') return iso(row.startedAt);
  if (column.id === 'endedAt') return iso(row.endedAt);
  if (column.id === 'commit') return row.git?.commit ?? '';
  if (column.id === 'duration') return column.full(row, now).replace(/ s$/, '');
  if (column.id === 'memory') return row.peakMemoryBytes === null ? '' : String(row.peakMemoryBytes);
  return column.full(row, now);
}

function iso(at: number | null): string {
  return at === null ? '' : new Date(at).toISOString();
}
