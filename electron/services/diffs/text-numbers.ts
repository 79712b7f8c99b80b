import type { ColumnStats } from '../../../shared/contract/tables.ts';
import type { Database } from '../tables/database.ts';
import type { SourceColumn } from '../tables/side.ts';
import { isWhole } from '../tables/spread.ts';
import type { Compared } from './compared-column.ts';
import type { ColumnDiff } from './types.ts';
import { isNumber } from './unify.ts';

/** A text of which at least so much is numbers is taken as numbers, when the other side's column is one of numbers. */
const MOSTLY = 0.9;
const NAMED = 3;
/** Whole numbers up to here are exact as DOUBLE. */
const EXACT = 2 ** 53;

/**
 * A column that is text on one side, for the sake of a few cells like `NA`, and numbers on the other, looked at as numbers; what is none
 * counts as NULL in it. Null where it is no such column.
 */
export async function asNumbers(
  db: Database,
  one: Compared,
  { status, typeBefore, typeAfter }: ColumnDiff,
): Promise<Compared | null> {
  const types = [typeBefore, typeAfter];
  const number = types.find((type) => type !== null && isNumber(type));
  if (one.type !== 'VARCHAR' || !number || !types.includes('VARCHAR') || status === 'added' || status === 'removed')
    return null;
  const text = (typeBefore === 'VARCHAR' ? one.before : one.after)!;
  const value = finite(text.column.raw);
  const [filled = 0, numbers = 0, broken = 0] = await db.numbers(
    `SELECT count(raw), count(v), count(*) FILTER (v <> floor(v) OR abs(v) > ${EXACT}) FROM (SELECT ${text.column.raw} AS raw, ${value} AS v FROM ${text.view})`,
  );
  if (filled === 0 || numbers < MOSTLY * filled) return null;
  const type = isWhole(number) && broken === 0 ? 'BIGINT' : 'DOUBLE';
  const as = (side: Compared['before']): Compared['before'] =>
    side && { ...side, column: { ...side.column, type, typed: `TRY_CAST(${finite(side.column.raw)} AS ${type})` } };
  return { name: one.name, type, before: as(one.before), after: as(one.after) };
}

/** Statistics of one side of such a column, with NULL and what is no number told apart. */
export async function withNotNumbers(
  db: Database,
  stats: ColumnStats | null,
  side: Compared['before'],
): Promise<ColumnStats | null> {
  if (!stats || !side) return stats;
  const rest = notNumbers(side.column);
  const [count = 0] = await db.numbers(`SELECT count(*) FROM ${side.view} WHERE ${rest}`);
  const values = await db.rows(
    `SELECT left(${side.column.raw}, 40) AS value, count(*) AS n FROM ${side.view} WHERE ${rest} GROUP BY value ORDER BY n DESC, value LIMIT ${NAMED}`,
  );
  return {
    ...stats,
    nulls: stats.nulls - count,
    notNumbers: { count, values: values.map(([value]) => String(value)) },
  };
}

const finite = (raw: string): string =>
  `CASE WHEN isfinite(TRY_CAST(${raw} AS DOUBLE)) THEN TRY_CAST(${raw} AS DOUBLE) END`;
const notNumbers = ({ raw }: SourceColumn): string =>
  `${raw} IS NOT NULL AND isfinite(TRY_CAST(${raw} AS DOUBLE)) IS NOT TRUE`;
