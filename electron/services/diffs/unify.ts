import type { Source, SourceColumn } from '../tables/side.ts';
import type { Tolerance } from './types.ts';

/** A column that both sides have. `before` and `after` are SQL over each side's view, of one type, so that equal values hash alike. */
export type Pair = {
  old: SourceColumn;
  now: SourceColumn;
  type: string;
  before: string;
  after: string;
  renamed: boolean;
  tolerance: Tolerance | null;
};

const INTEGERS = /^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$/;
const WIDE = /UBIGINT|HUGEINT/;
const FLOATS = /^(FLOAT|DOUBLE)$/;
const DECIMALS = /^DECIMAL\((\d+),(\d+)\)$/;
export const isNumber = (type: string): boolean => INTEGERS.test(type) || FLOATS.test(type) || DECIMALS.test(type);

/** Times of two kinds, and the kind that holds both: without a zone they are taken for UTC. */
const TIMES: Record<string, string> = {
  'DATE TIMESTAMP': 'TIMESTAMP',
  'DATE TIMESTAMP_NS': 'TIMESTAMP_NS',
  'TIMESTAMP TIMESTAMP_NS': 'TIMESTAMP_NS',
  'TIMESTAMP TIMESTAMP WITH TIME ZONE': 'TIMESTAMP WITH TIME ZONE',
};

/** Digits that a whole number of this type can have. */
const DIGITS: Record<string, number> = {
  TINYINT: 3,
  SMALLINT: 5,
  INTEGER: 10,
  BIGINT: 19,
  UTINYINT: 3,
  USMALLINT: 5,
  UINTEGER: 10,
  UBIGINT: 20,
};

function digitsBeforePoint(type: string): number {
  const decimal = DECIMALS.exec(type);
  return decimal ? Number(decimal[1]) - Number(decimal[2]) : (DIGITS[type] ?? 38);
}

/** The one type that two columns are compared in; text where nothing else holds both. */
export function commonType(a: string, b: string): string {
  if (a === b) return a;
  if (!isNumber(a) || !isNumber(b)) {
    const both = [a, b].sort().join(' ');
    return TIMES[both] ?? 'VARCHAR';
  }
  if (INTEGERS.test(a) && INTEGERS.test(b)) return WIDE.test(a) || WIDE.test(b) ? 'HUGEINT' : 'BIGINT';
  // a FLOAT that became a DOUBLE holds no more than a FLOAT: compared as DOUBLE, 0.1 would not be 0.1
  if (FLOATS.test(a) && FLOATS.test(b)) return 'FLOAT';
  if (FLOATS.test(a) || FLOATS.test(b)) return 'DOUBLE';
  const scale = Math.max(...[a, b].map((type) => Number(DECIMALS.exec(type)?.[2] ?? 0)));
  const before = Math.max(...[a, b].map(digitsBeforePoint));
  return `DECIMAL(${Math.min(38, before + scale)},${scale})`;
}

/** How two columns are compared. With `text` both are the text that they are written as. */
export function pairOf(old: SourceColumn, now: SourceColumn, text: boolean, renamed: boolean): Pair {
  const type = text ? 'VARCHAR' : old.empty ? now.type : now.empty ? old.type : commonType(old.type, now.type);
  const as = (column: SourceColumn): string => {
    if (text || (type === 'VARCHAR' && column.type !== 'VARCHAR')) return column.raw;
    return column.type === type ? column.typed : `CAST(${column.typed} AS ${type})`;
  };
  return { old, now, type, before: as(old), after: as(now), renamed, tolerance: null };
}

/** The columns that both sides have under one name, in the order of the new side. */
export function pairsByName(before: Source, after: Source, text: boolean): Pair[] {
  const old = new Map(before.columns.map((column) => [column.name, column]));
  return after.columns.flatMap((now) => {
    const same = old.get(now.name);
    return same ? [pairOf(same, now, text, false)] : [];
  });
}

/** SQL that is true where two cells of the views `o` and `n` differ. NULL is NULL, NaN is NaN and −0 is 0; tolerance only loosens. */
export function differs(pair: Pair, i: number): string {
  const [a, b] = [`o.u${i}`, `n.u${i}`];
  const plain = `${a} IS DISTINCT FROM ${b}`;
  if (!pair.tolerance) return `(${plain})`;
  const { kind, value } = pair.tolerance;
  const limit = kind === 'abs' ? `${value}` : `${value} * greatest(abs(${a}::DOUBLE), abs(${b}::DOUBLE))`;
  return `(${plain} AND coalesce(NOT (isfinite(${a}::DOUBLE) AND isfinite(${b}::DOUBLE) AND abs(${a}::DOUBLE - ${b}::DOUBLE) <= ${limit}), true))`;
}
