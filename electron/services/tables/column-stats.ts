import type { ColumnStats } from '../../../shared/contract/tables.ts';
import type { Database } from './database.ts';
import type { SourceColumn } from './side.ts';
import { spreadKind } from './spread.ts';

/** Up to this many rows distinct values and quantiles are counted, beyond they are estimated. */
const EXACT_ROWS = 1_000_000;
const QUANTILES = '[0.05, 0.25, 0.5, 0.75, 0.95]';
const MAX_TEXT = 200;

/** Statistics of columns over the rows of `from`, a view or a query in brackets that has `rows` of them. */
export async function readColumnStats(
  db: Database,
  columns: readonly SourceColumn[],
  from: string,
  rows: number,
): Promise<ColumnStats[]> {
  const exact = rows <= EXACT_ROWS;
  const asked = columns.map((column) => statsOf(column, exact));
  const [values = []] = await db.rows(`SELECT ${asked.flat().join(', ')} FROM ${from} AS t`);
  return columns.map((_, i): ColumnStats => {
    const [count, distinct, min, max, mean, sd, quantiles] = values.slice(i * PARTS, (i + 1) * PARTS);
    return {
      rows,
      nulls: rows - Number(count),
      distinct: Number(distinct),
      distinctExact: exact,
      min: textOrNull(min),
      max: textOrNull(max),
      mean: numberOrNull(mean),
      sd: numberOrNull(sd),
      quantiles: Array.isArray(quantiles) ? quantiles.map(Number) : null,
    };
  });
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
