import type { ColumnDrift } from '../../../shared/contract/diffs.ts';
import type { ColumnStats } from '../../../shared/contract/tables.ts';
import type { Database } from '../tables/database.ts';
import { ROW } from '../tables/side.ts';
import { binnedBy, type Compared, type CountedBy } from './compared-column.ts';
import {
  chiSquare,
  jensenShannon,
  kolmogorovSmirnov,
  proportionsZ,
  type Tally,
  wassersteinNormed,
} from './drift-tests.ts';

type Drift = ColumnDrift['drift'];

/** Evidently's own border between tests for small and for large data, in rows of the side before. */
const FEW_ROWS = 1000;
/** Numbers of at most so many different values are taken as categories. */
const FEW_VALUES = 5;
/** Above so many rows a side, different values are looked at in a sample, the same every time. */
const MOST_COUNTED = 1_000_000;
const P_VALUE = 0.05;
const DISTANCE = 0.1;

/**
 * How far the values of a column drifted, by the test that Evidently takes by default (calculations/stattests/registry.py): up to 1,000 rows
 * Kolmogorov–Smirnov for numbers, chi-square for categories and for numbers of at most five values, a z-test for two values; beyond 1,000 rows
 * the normed Wasserstein distance for numbers, Jensen–Shannon for the others. Times are taken as numbers, texts of many values by their
 * length, which the test's name says. NULL, NaN and infinities are left out. Null where a side has no value.
 */
export async function driftOf(
  db: Database,
  one: Compared,
  by: CountedBy,
  before: ColumnStats,
  after: ColumnStats,
): Promise<Drift> {
  if (by === null || one.before === null || one.after === null) return null;
  const filled = Math.max(before.rows - before.nulls, after.rows - after.nulls);
  const sampled = by.kind !== 'category' && filled > MOST_COUNTED;
  const tally = await tallyOf(db, one, by, sampled);
  const rows = tally.before.reduce((sum, count) => sum + count, 0);
  if (rows === 0 || tally.after.every((count) => count === 0)) return null;
  const small = before.rows - before.nulls <= FEW_ROWS;
  const note = `${by.kind === 'text' ? ' of text lengths' : ''}${sampled ? ', of a sample' : ''}`;
  const distance = (test: string, score: number): Drift => ({
    test: test + note,
    score,
    scale: 'distance',
    threshold: DISTANCE,
    drifted: score >= DISTANCE,
  });
  const p = (test: string, score: number): Drift => ({
    test: test + note,
    score,
    scale: 'p-value',
    threshold: P_VALUE,
    drifted: score < P_VALUE,
  });
  const { values } = tally;
  if (by.kind === 'category' || values.length <= FEW_VALUES) {
    if (!small) return distance('Jensen–Shannon distance', jensenShannon(tally.before, tally.after));
    return values.length > 2
      ? p('chi-square test', chiSquare(tally.before, tally.after))
      : p('z-test of proportions', proportionsZ(tally.before, tally.after));
  }
  return small
    ? p('Kolmogorov–Smirnov test', kolmogorovSmirnov(tally))
    : distance('Wasserstein distance (normed)', wassersteinNormed(tally));
}

/** How often each value is on either side, rising; categories are numbered in their order. */
async function tallyOf(db: Database, one: Compared, by: NonNullable<CountedBy>, sampled: boolean): Promise<Tally> {
  const side = (which: 'before' | 'after'): string => {
    const { view, column, rows } = one[which]!;
    const value = by.kind === 'category' ? column.raw : binnedBy(column, by.kind);
    const each = Math.ceil(rows / MOST_COUNTED);
    const some = sampled && each > 1 ? ` AND hash(${ROW}) % ${each} = 0` : '';
    const finite = by.kind === 'category' ? 'v IS NOT NULL' : 'isfinite(v)';
    return `(SELECT v, count(*) AS n FROM (SELECT ${value} AS v FROM ${view} WHERE true${some}) WHERE ${finite} GROUP BY v)`;
  };
  const rows = await db.rows(
    `SELECT v, coalesce(a.n, 0), coalesce(b.n, 0) FROM ${side('before')} a FULL JOIN ${side('after')} b USING (v) ORDER BY v`,
  );
  return {
    values: rows.map(([value], i) => (by.kind === 'category' ? i : Number(value))),
    before: rows.map((row) => Number(row[1])),
    after: rows.map((row) => Number(row[2])),
  };
}
