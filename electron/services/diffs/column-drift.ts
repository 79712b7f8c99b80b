import type { ColumnDrift } from '../../../shared/contract/diffs.ts';
import type { ColumnStats } from '../../../shared/contract/tables.ts';
import { readColumnStats } from '../tables/column-stats.ts';
import { countBins, edgesOf, isWhole, spreadKind } from '../tables/spread.ts';
import { columnsAt } from './column-sql.ts';
import { binnedBy, type Compared, type CountedBy, comparedOf } from './compared-column.ts';
import { driftOf } from './drift.ts';
import type { OpenTableDiff } from './table.ts';
import { asNumbers, withNotNumbers } from './text-numbers.ts';

const CATEGORIES = 12;
/** A text with at most this many different values is shown by value, else by length. */
const MOST_VALUES = 100;

/** Statistics, distribution over common bins and drift of columns, in the order of their names. */
export async function columnDrifts(open: OpenTableDiff, names: readonly string[]): Promise<ColumnDrift[]> {
  const found: ColumnDrift[] = [];
  for (const i of columnsAt(open, names)) {
    const own = comparedOf(open, i);
    const numbers = await asNumbers(open.db, own, open.result.columns[i]!);
    const one = numbers ?? own;
    const stats = async (side: Compared['before']): Promise<ColumnStats | null> =>
      side && (await readColumnStats(open.db, [side.column], side.view, side.rows))[0]!;
    const [before, after] = [await stats(one.before), await stats(one.after)];
    const { spread, by } = await spreadOf(open, one, before, after);
    const drift = before && after ? await driftOf(open.db, one, by, before, after) : null;
    const told = async (values: ColumnStats | null, side: Compared['before']): Promise<ColumnStats | null> =>
      numbers ? withNotNumbers(open.db, values, side) : values;
    found.push({
      column: one.name,
      before: await told(before, one.before),
      after: await told(after, one.after),
      spread,
      drift,
    });
  }
  return found;
}

async function spreadOf(
  { db }: OpenTableDiff,
  one: Compared,
  before: ColumnStats | null,
  after: ColumnStats | null,
): Promise<{ spread: ColumnDrift['spread']; by: CountedBy }> {
  const own = spreadKind(one.type);
  if (own === null) return { spread: null, by: null };
  const distinct = Math.max(before?.distinct ?? 0, after?.distinct ?? 0);
  if (own === 'text' && distinct <= MOST_VALUES)
    return { spread: await categories(db, one, before, after), by: { kind: 'category' } };
  const sides = [one.before, one.after].map((side) => side && { view: side.view, sql: binnedBy(side.column, own) });
  const ends: number[] = [];
  for (const side of sides) {
    if (!side) continue;
    const [[least, most] = []] = await db.rows(
      `SELECT min(v), max(v) FROM (SELECT ${side.sql} AS v FROM ${side.view}) WHERE isfinite(v)`,
    );
    if (least != null) ends.push(Number(least), Number(most));
  }
  if (ends.length === 0) return { spread: null, by: { kind: own } };
  const edges = edgesOf(Math.min(...ends), Math.max(...ends), own === 'text' || isWhole(one.type));
  const counts = async (side: (typeof sides)[number]): Promise<number[]> =>
    side ? countBins(db, side.view, side.sql, edges) : edges.slice(1).map(() => 0);
  const spread = { kind: own, edges, before: await counts(sides[0]!), after: await counts(sides[1]!) };
  return { spread, by: { kind: own } };
}

async function categories(
  db: OpenTableDiff['db'],
  { before, after }: Compared,
  statsBefore: ColumnStats | null,
  statsAfter: ColumnStats | null,
): Promise<ColumnDrift['spread']> {
  const side = (one: Compared['before'], own: string): string =>
    one === null
      ? `(SELECT NULL::VARCHAR AS v, 0 AS n WHERE false) ${own}`
      : `(SELECT ${one.column.raw} AS v, count(*) AS n FROM ${one.view} WHERE ${one.column.raw} IS NOT NULL GROUP BY v) ${own}`;
  const rows = await db.rows(
    `SELECT left(v, 200), coalesce(a.n, 0), coalesce(b.n, 0) FROM ${side(before, 'a')} FULL JOIN ${side(after, 'b')} USING (v)
     ORDER BY coalesce(a.n, 0) + coalesce(b.n, 0) DESC, v LIMIT ${CATEGORIES}`,
  );
  const total = (at: 1 | 2): number => rows.reduce((sum, row) => sum + Number(row[at]), 0);
  const filled = (stats: ColumnStats | null): number => (stats ? stats.rows - stats.nulls : 0);
  return {
    kind: 'category',
    values: rows.map(([value]) => String(value)),
    before: rows.map((row) => Number(row[1])),
    after: rows.map((row) => Number(row[2])),
    otherBefore: filled(statsBefore) - total(1),
    otherAfter: filled(statsAfter) - total(2),
  };
}
