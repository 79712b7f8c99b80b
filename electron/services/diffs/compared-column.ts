import type { SourceColumn } from '../tables/side.ts';
import type { OpenTableDiff } from './table.ts';

/** What is looked at of one column: SQL of one type over each side's view; a side that has not the column is null. */
export type Compared = {
  readonly name: string;
  readonly type: string;
  readonly before: { readonly view: string; readonly rows: number; readonly column: SourceColumn } | null;
  readonly after: { readonly view: string; readonly rows: number; readonly column: SourceColumn } | null;
};

/** @param i of the column in the diff's columns */
export function comparedOf({ result, pairs, before, after }: OpenTableDiff, i: number): Compared {
  const { name, status } = result.columns[i]!;
  const side = (source: typeof before, column: SourceColumn) => ({ view: source.view, rows: source.rows, column });
  if (status === 'added' || status === 'removed') {
    const source = status === 'added' ? after : before;
    const column = source.columns.find((one) => one.name === name)!;
    return {
      name,
      type: column.type,
      before: status === 'removed' ? side(source, column) : null,
      after: status === 'added' ? side(source, column) : null,
    };
  }
  const pair = pairs.find((one) => one.now.name === name)!;
  const as = (own: SourceColumn, typed: string): SourceColumn => ({ ...own, type: pair.type, typed });
  return {
    name,
    type: pair.type,
    before: side(before, as(pair.old, pair.before)),
    after: side(after, as(pair.now, pair.after)),
  };
}

/** What values are counted by: as they are, as numbers (also times, in ms), or by the length of their text. */
export type CountedBy = { readonly kind: 'numeric' | 'time' | 'text' | 'category' } | null;

/** SQL of what a column's values are binned by. */
export function binnedBy({ typed, raw }: SourceColumn, kind: 'numeric' | 'time' | 'text'): string {
  if (kind === 'numeric') return `(${typed})::DOUBLE`;
  return kind === 'time' ? `epoch_ms((${typed})::TIMESTAMP)::DOUBLE` : `length(${raw})::DOUBLE`;
}
