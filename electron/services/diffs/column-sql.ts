import { AppError } from '../../../shared/errors.ts';
import type { OpenTableDiff } from './table.ts';
import { differs } from './unify.ts';

/** @throws AppError BAD_REQUEST for a column that neither side has */
export function columnsAt({ result }: OpenTableDiff, names: readonly string[] | undefined): number[] {
  if (names === undefined) return result.columns.map((_, i) => i);
  const at = new Map(result.columns.map((column, i) => [column.name, i]));
  return names.map((name) => {
    const i = at.get(name);
    if (i === undefined) throw new AppError('BAD_REQUEST', `There is no column "${name}" in this comparison.`);
    return i;
  });
}

/** SQL of one column of a diff; `name` is what each part is called where it was selected. */
export type ColumnSql = {
  /** the cell as text, on each side that has the column */
  readonly old: { readonly name: string; readonly sql: string } | null;
  readonly now: { readonly name: string; readonly sql: string } | null;
  readonly changed: {
    readonly name: string;
    readonly before: string;
    readonly after: string;
    readonly sql: string;
  } | null;
};

/** SQL of a column of the diff over the views of both sides. */
export function columnSql({ result, pairs, before, after }: OpenTableDiff, i: number): ColumnSql {
  const { name, status } = result.columns[i]!;
  const side = (columns: typeof before.columns, at: number, own: string): ColumnSql['old'] => ({
    name: `${own}${at}`,
    sql: `(${columns[at]!.raw})::VARCHAR`,
  });
  if (status === 'added')
    return {
      old: null,
      now: side(
        after.columns,
        after.columns.findIndex((one) => one.name === name),
        'c',
      ),
      changed: null,
    };
  if (status === 'removed')
    return {
      old: side(
        before.columns,
        before.columns.findIndex((one) => one.name === name),
        'c',
      ),
      now: null,
      changed: null,
    };
  const at = pairs.findIndex((pair) => pair.now.name === name);
  const pair = pairs[at]!;
  return {
    old: side(before.columns, before.columns.indexOf(pair.old), 'c'),
    now: side(after.columns, after.columns.indexOf(pair.now), 'c'),
    changed: { name: `u${at}`, before: pair.before, after: pair.after, sql: differs(pair, at) },
  };
}
