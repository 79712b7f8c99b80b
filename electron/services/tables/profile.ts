import type { ColumnProfile } from '../../../shared/contract/tables.ts';
import { conditionError, NAMED, whereOf } from './condition.ts';
import type { Database } from './database.ts';
import type { Session } from './session.ts';
import { ROW, type SourceColumn } from './side.ts';
import { readSpread, spreadKind } from './spread.ts';

const AT_ONCE = 4;
/** Up to this many rows distinct values and quantiles are counted, beyond they are estimated. */
const EXACT_ROWS = 1_000_000;
const QUANTILES = '[0.05, 0.25, 0.5, 0.75, 0.95]';
const MAX_TEXT = 200;

/**
 * Profiles of all columns over the rows that fit a condition, a few columns at a time as they are ready.
 * @throws AppError BAD_REQUEST when the condition cannot be used, CANCELLED
 */
export async function* profileTable(
  session: Session,
  condition: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ColumnProfile[], void, void> {
  const { columns, view } = session.source;
  const from =
    condition === ''
      ? view
      : `(SELECT * FROM ${view} WHERE ${ROW} IN (SELECT ${ROW} FROM ${NAMED} WHERE ${whereOf(condition)}))`;
  for (let at = 0; at < columns.length; at += AT_ONCE) {
    const some = columns.slice(at, at + AT_ONCE);
    yield await session.use(signal, (db) => profileSome(db, some, from, condition));
  }
}

async function profileSome(
  db: Database,
  columns: readonly SourceColumn[],
  from: string,
  condition: string,
): Promise<ColumnProfile[]> {
  try {
    const [[total = 0] = []] = await db.rows(`SELECT count(*) FROM ${from} AS t`);
    const exact = Number(total) <= EXACT_ROWS;
    const asked = columns.map((column) => statsOf(column, exact));
    const [values = []] = await db.rows(`SELECT ${asked.flat().join(', ')} FROM ${from} AS t`);
    const profiles: ColumnProfile[] = [];
    for (const [i, column] of columns.entries()) {
      const [count, distinct, min, max, mean, sd, quantiles] = values.slice(i * PARTS, (i + 1) * PARTS);
      const stats = {
        name: column.name,
        type: column.type,
        rows: Number(total),
        nulls: Number(total) - Number(count),
        distinct: Number(distinct),
        distinctExact: exact,
        min: textOrNull(min),
        max: textOrNull(max),
        mean: numberOrNull(mean),
        sd: numberOrNull(sd),
        quantiles: Array.isArray(quantiles) ? quantiles.map(Number) : null,
      };
      profiles.push({ ...stats, spread: await readSpread(db, column, from, stats) });
    }
    return profiles;
  } catch (error) {
    throw condition === '' ? error : conditionError(error);
  }
}

const PARTS = 7;

/** Count, distinct, min, max, mean, standard deviation, quantiles of a column as SQL. */
function statsOf(column: SourceColumn, exact: boolean): string[] {
  const kind = spreadKind(column.type);
  const value = kind === null ? column.raw : column.typed;
  const distinct = exact ? `count(DISTINCT ${value})` : `approx_count_distinct(${value})`;
  // infinities and NaN have no mean
  const finite = `FILTER (WHERE isfinite((${column.typed})::DOUBLE))`;
  const number = `(${column.typed})::DOUBLE`;
  const ends = kind === 'numeric' && isFloat(column.type) ? finite : '';
  return [
    `count(${value})`,
    distinct,
    `left(min(${value}) ${ends}::VARCHAR, ${MAX_TEXT})`,
    `left(max(${value}) ${ends}::VARCHAR, ${MAX_TEXT})`,
    ...(kind === 'numeric'
      ? [
          `avg(${number}) ${finite}`,
          `stddev_samp(${number}) ${finite}`,
          `${exact ? 'quantile_cont' : 'approx_quantile'}(${number}, ${QUANTILES}) ${finite}`,
        ]
      : ['NULL', 'NULL', 'NULL']),
  ];
}

const isFloat = (type: string): boolean => /^(FLOAT|DOUBLE)$/i.test(type);
const textOrNull = (value: unknown): string | null => (value == null ? null : String(value));
const numberOrNull = (value: unknown): number | null => (value == null ? null : Number(value));
