import { NAMED } from '../tables/condition.ts';
import { name, text } from '../tables/database.ts';
import type { Session } from '../tables/session.ts';
import { ROW } from '../tables/side.ts';
import { Inconclusive } from './evaluator.ts';
import type { GateOf } from './forms.ts';
import type { Measure } from './measures.ts';
import { type Rows, shapeOf } from './statistics/statistic.ts';

/** Beyond so many rows every n-th is taken, unless only counts are needed. */
const MOST_ROWS = 1_000_000;

export type Columns = Pick<GateOf<'metric'>, 'truth' | 'prediction' | 'score' | 'positive' | 'column'>;

/** Results of a table, with what pairs them: hashes of the key and of the truth (null without). `every` n-th row was taken. */
export type MeasuredRows = Rows & {
  readonly keys: Float64Array | null;
  readonly truths: Float64Array | null;
  readonly every: number;
};

/**
 * What a measure needs of each row as SQL: a code, a number or a score, and the label beside a score.
 * @throws Inconclusive when the table has no such column
 */
export function rowSql(session: Session, measure: Measure, columns: Columns): { value: string; label: string | null } {
  const { truth = 'truth', prediction = 'prediction', score = 'score', positive = 1 } = columns;
  const of = (column: string): string => columnSql(session, column);
  const is = (column: string): string => `coalesce(${isValue(of(column), positive)}, false)`;
  switch (measure) {
    case 'accuracy':
      return { value: `coalesce(${same(of(truth), of(prediction))}, false)::INTEGER`, label: null };
    case 'precision':
    case 'recall':
    case 'f1':
      return { value: `(${is(truth)}::INTEGER * 2 + ${is(prediction)}::INTEGER)`, label: null };
    case 'auc':
      return { value: number(of(score)), label: `${is(truth)}::INTEGER` };
    case 'log_loss': {
      const p = number(of(score));
      // a probability of 0 or 1 is moved by the float's own step, as scikit-learn does; what is no probability is no number
      return {
        value: `CASE WHEN ${p} BETWEEN 0 AND 1 THEN -ln(least(greatest(CASE WHEN ${is(truth)} THEN ${p} ELSE 1 - ${p} END, 2.220446049250313e-16), 1)) END`,
        label: null,
      };
    }
    case 'mean': {
      if (columns.column === undefined)
        throw new Inconclusive('A mean needs the name of a column. Add column: to the gate.');
      return { value: number(of(columns.column)), label: null };
    }
    case 'mae':
      return { value: `abs(${number(of(truth))} - ${number(of(prediction))})`, label: null };
    case 'mse':
    case 'rmse':
      return { value: `pow(${number(of(truth))} - ${number(of(prediction))}, 2)`, label: null };
  }
}

/** Reads the rows of a table for a measure. @throws Inconclusive when it has no such column */
export async function readRows(
  session: Session,
  measure: Measure,
  columns: Columns,
  key: readonly string[] | null,
  signal: AbortSignal,
): Promise<MeasuredRows> {
  const { value, label } = rowSql(session, measure, columns);
  const every = shapeOf(measure) === 'counts' ? 1 : Math.ceil(session.source.rows / MOST_ROWS);
  const truth = hasColumn(session, columns.truth ?? 'truth')
    ? hashed([columnSql(session, columns.truth ?? 'truth')])
    : null;
  const keys = key && hashed(key.map((one) => columnSql(session, one)));
  const parts = [value, label, keys, truth].map((sql) => sql ?? 'NULL');
  const [values, labels, keyed, truths] = (await session.use(signal, (db) =>
    db.doubles(
      `SELECT ${parts.map((sql) => `(${sql})::DOUBLE`).join(', ')} FROM ${NAMED}${every > 1 ? ` WHERE ${ROW} % ${every} = 0` : ''} ORDER BY ${ROW}`,
    ),
  )) as [Float64Array, Float64Array, Float64Array, Float64Array];
  return {
    values,
    labels: label === null ? null : labels,
    keys: keys === null ? null : keyed,
    truths: truth === null ? null : truths,
    every,
  };
}

export function hasColumn(session: Session, column: string): boolean {
  return session.source.columns.some((one) => one.name === column);
}

/** @throws Inconclusive when there is none of this name */
export function columnSql(session: Session, column: string): string {
  if (!hasColumn(session, column))
    throw new Inconclusive(
      `${session.file.name} has no column "${column}". It has: ${session.source.columns
        .slice(0, 20)
        .map((one) => one.name)
        .join(', ')}.`,
    );
  return name(column);
}

const number = (sql: string): string => `TRY_CAST(${sql} AS DOUBLE)`;
const same = (a: string, b: string): string =>
  `(${a}::VARCHAR = ${b}::VARCHAR OR coalesce(${number(a)} = ${number(b)}, false))`;

/** 53 bits of a hash, which a double holds exactly. A missing part is another than an empty text. */
const hashed = (sqls: readonly string[]): string => `(hash(${sqls.map((sql) => `${sql}::VARCHAR`).join(', ')}) >> 11)`;

function isValue(sql: string, value: string | number | boolean): string {
  const texts = `${sql}::VARCHAR = ${text(String(value))}`;
  const asNumber = typeof value === 'string' ? Number.NaN : Number(value);
  return Number.isNaN(asNumber) ? texts : `(${texts} OR coalesce(${number(sql)} = ${asNumber}, false))`;
}
