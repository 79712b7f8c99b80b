import type { ColumnStats, Spread } from '../../../shared/contract/tables.ts';
import type { Database } from './database.ts';
import type { SourceColumn } from './side.ts';

const BINS = 24;
const CATEGORIES = 12;
/** A text with at most this many different values is shown by value, else by length. */
const MOST_VALUES = 100;

/** How the values of a type spread; null for what has neither order nor text worth counting. */
export function spreadKind(type: string): 'numeric' | 'time' | 'text' | null {
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/i.test(type)) return 'numeric';
  if (/^(DATE|TIMESTAMP.*)$/i.test(type)) return 'time';
  return /^(VARCHAR|BOOLEAN|UUID)$/i.test(type) ? 'text' : null;
}

/** How the values of a column spread; null when there are none. */
export async function readSpread(
  db: Database,
  column: SourceColumn,
  from: string,
  stats: ColumnStats,
): Promise<Spread | null> {
  if (stats.rows === stats.nulls) return null;
  const kind = spreadKind(column.type);
  if (kind === 'numeric') return binned(db, from, kind, `(${column.typed})::DOUBLE`, isWhole(column.type));
  if (kind === 'time') return binned(db, from, kind, `epoch_ms((${column.typed})::TIMESTAMP)::DOUBLE`, false);
  if (kind === null) return null;
  if (stats.distinct <= MOST_VALUES) return categories(db, column, from, stats);
  return binned(db, from, 'text', `length(${column.raw})::DOUBLE`, true);
}

export const isWhole = (type: string): boolean => /INT/i.test(type);

async function binned(
  db: Database,
  from: string,
  kind: 'numeric' | 'time' | 'text',
  value: string,
  whole: boolean,
): Promise<Spread | null> {
  const finite = `isfinite(${value})`;
  const [[min, max] = []] = await db.rows(
    `SELECT min(${value}) FILTER (WHERE ${finite}), max(${value}) FILTER (WHERE ${finite}) FROM ${from} AS t`,
  );
  if (min == null || max == null) return null;
  const edges = edgesOf(Number(min), Number(max), whole);
  return { kind, edges, counts: await countBins(db, from, value, edges) };
}

/** How many values lie in each of the bins between equal steps of `edges`; what is beyond an end counts to the bin there, infinities to none. */
export async function countBins(
  db: Database,
  from: string,
  value: string,
  edges: readonly number[],
): Promise<number[]> {
  const width = edges[1]! - edges[0]!;
  const bins = edges.length - 1;
  const rows = await db.rows(
    `SELECT greatest(0, least(${bins - 1}, floor((${value} - ${literal(edges[0]!)}) / ${literal(width)})))::INTEGER AS bin, count(*)
     FROM ${from} AS t WHERE isfinite(${value}) GROUP BY bin`,
  );
  const counts = Array<number>(bins).fill(0);
  for (const [bin, count] of rows) counts[Number(bin)] = Number(count);
  return counts;
}

/** Edges of equal bins from the smallest to the largest value; whole numbers get bins as wide as whole numbers. */
export function edgesOf(min: number, max: number, whole: boolean): number[] {
  if (whole) {
    const width = Math.max(1, Math.ceil((max - min + 1) / BINS));
    const bins = Math.max(1, Math.ceil((max - min + 1) / width));
    return Array.from({ length: bins + 1 }, (_, i) => min + i * width);
  }
  if (min === max) return [min, min + (Math.abs(min) * 1e-6 || 1)];
  const width = max / BINS - min / BINS;
  return Array.from({ length: BINS + 1 }, (_, i) => (i === BINS ? max : min + i * width));
}

const literal = (value: number): string => `(${value}::DOUBLE)`;

async function categories(db: Database, column: SourceColumn, from: string, stats: ColumnStats): Promise<Spread> {
  const rows = await db.rows(
    `SELECT left(${column.raw}, 200) AS value, count(*) AS n FROM ${from} AS t WHERE ${column.raw} IS NOT NULL
     GROUP BY ${column.raw} ORDER BY n DESC, value LIMIT ${CATEGORIES}`,
  );
  const counts = rows.map(([, count]) => Number(count));
  const shown = counts.reduce((sum, count) => sum + count, 0);
  return {
    kind: 'category',
    values: rows.map(([value]) => String(value)),
    counts,
    other: stats.rows - stats.nulls - shown,
  };
}
