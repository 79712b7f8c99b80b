import type { ColumnDrift } from '../../../shared/contract/diffs.ts';
import type { ColumnStats } from '../../../shared/contract/tables.ts';
import type { Database } from '../tables/database.ts';
import { ROW } from '../tables/side.ts';
import { binnedBy, type Compared, type CountedBy } from './compared-column.ts';
import { chiSquare, jensenShannon, kolmogorovSmirnov, proportionsZ, type Tally } from './drift-tests.ts';

type Drift = ColumnDrift['drift'];

/** Evidently's own border between tests for small and for large data, in rows of the side before. */
const FEW_ROWS = 1000;
/** Numbers of at most so many different values are taken as categories. */
const FEW_VALUES = 5;
/** Above so many rows a side, different values are looked at in a sample, the same every time. */
const MOST_COUNTED = 500_000;
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
  if (by.kind !== 'category' && !small) {
    const all = await wassersteinOf(db, one, by, sampled);
    if (all.before === 0 || all.after === 0) return null;
    if (all.values > FEW_VALUES) return distance('Wasserstein distance (normed)', all.score);
  }
  const tally = await tallyOf(db, one, by, sampled);
  if ([tally.before, tally.after].some((counts) => counts.every((count) => count === 0))) return null;
  if (by.kind !== 'category' && tally.values.length > FEW_VALUES)
    return p('Kolmogorov–Smirnov test', kolmogorovSmirnov(tally));
  if (!small) return distance('Jensen–Shannon distance', jensenShannon(tally.before, tally.after));
  return tally.values.length > 2
    ? p('chi-square test', chiSquare(tally.before, tally.after))
    : p('z-test of proportions', proportionsZ(tally.before, tally.after));
}

/** As `wassersteinNormed`, counted by the database: there may be very many values. */
async function wassersteinOf(
  db: Database,
  one: Compared,
  by: NonNullable<CountedBy>,
  sampled: boolean,
): Promise<{ values: number; before: number; after: number; score: number }> {
  const [values = 0, before = 0, after = 0, distance = 0, variance = 0] = await db.numbers(
    `WITH t AS MATERIALIZED (${tallySql(one, by, sampled)}),
       s AS (SELECT sum(a) AS n, sum(b) AS m, sum(v * a) / sum(a) AS mean FROM t),
       w AS (SELECT v, sum(a) OVER (ORDER BY v) AS f, sum(b) OVER (ORDER BY v) AS g, lead(v) OVER (ORDER BY v) - v AS step FROM t)
     SELECT (SELECT count(*) FROM t), n, m, (SELECT sum(abs(f / n - g / m) * step) FROM w), (SELECT sum(a * (v - mean) ** 2) / n FROM t) FROM s`,
  );
  return { values, before, after, score: distance / Math.max(Math.sqrt(variance), 0.001) };
}

/** How often each value `v` is on either side (`a`, `b`). */
function tallySql(one: Compared, by: NonNullable<CountedBy>, sampled: boolean): string {
  const side = (which: 'before' | 'after'): string => {
    const { view, column, rows } = one[which]!;
    const value = by.kind === 'category' ? column.raw : binnedBy(column, by.kind);
    const each = Math.ceil(rows / MOST_COUNTED);
    const some = sampled && each > 1 ? ` WHERE hash(${ROW}) % ${each} = 0` : '';
    const finite = by.kind === 'category' ? 'v IS NOT NULL' : 'isfinite(v)';
    return `(SELECT v, count(*) AS n FROM (SELECT ${value} AS v FROM ${view}${some}) WHERE ${finite} GROUP BY v)`;
  };
  return `SELECT v, coalesce(a.n, 0)::DOUBLE AS a, coalesce(b.n, 0)::DOUBLE AS b FROM ${side('before')} a FULL JOIN ${side('after')} b USING (v)`;
}

/** The same, rising; categories are numbered in their order. */
async function tallyOf(db: Database, one: Compared, by: NonNullable<CountedBy>, sampled: boolean): Promise<Tally> {
  const rows = await db.rows(`${tallySql(one, by, sampled)} ORDER BY v`);
  return {
    values: rows.map(([value], i) => (by.kind === 'category' ? i : Number(value))),
    before: rows.map((row) => Number(row[1])),
    after: rows.map((row) => Number(row[2])),
  };
}
