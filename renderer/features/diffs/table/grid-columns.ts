import type { ColumnDiff, TableDiff } from '../../../../shared/contract/diffs.ts';
import { isNumeric, typeWord } from '../../../../shared/type-words.ts';

/** With more columns than this only those with changes are shown at first. */
export const WIDE = 40;
/** With more columns than this only those near the screen are asked for. */
const ASK_ALL = 60;
const BLOCK = 20;
/** Stands for all columns where a list of thousands of names would not fit into an address. */
export const EVERY = '*';

/** The columns that are frozen at the left: the key, as far as there is one. */
export function keyColumns(diff: TableDiff): ColumnDiff[] {
  return diff.key.columns.flatMap((name) => diff.columns.find((column) => column.name === name) ?? []);
}

/**
 * The columns in the grid besides the key, in the table's order.
 * @param chosen what a person chose; undefined: all, or of a wide table those with changes
 */
export function shownColumns(diff: TableDiff, chosen: readonly string[] | undefined): ColumnDiff[] {
  const key = new Set(diff.key.columns);
  const rest = diff.columns.filter((column) => !key.has(column.name));
  if (chosen?.length === 1 && chosen[0] === EVERY) return rest;
  if (chosen) {
    const names = new Set(chosen);
    return rest.filter((column) => names.has(column.name));
  }
  if (rest.length <= WIDE) return rest;
  const changed = rest.filter((column) => column.changedCells > 0 || column.status !== 'same');
  return changed.length > 0 ? changed : rest.slice(0, WIDE);
}

/** Columns with changed cells before the others, each as the table has them. */
export function changedFirst(columns: readonly ColumnDiff[]): ColumnDiff[] {
  const changed = columns.filter((column) => column.changedCells > 0);
  return [...changed, ...columns.filter((column) => column.changedCells === 0)];
}

/** Whether `changedFirst` puts any column elsewhere. */
export function canComeFirst(columns: readonly ColumnDiff[]): boolean {
  return changedFirst(columns).some((column, at) => column !== columns[at]);
}

/** The usual width of a column, in px: wider where an old value stands before the new one. */
export function usualWidth(column: ColumnDiff, split: boolean): number {
  const type = column.typeAfter ?? column.typeBefore;
  const time = typeWord(type) === 'time';
  const name = Math.min(260, 34 + column.name.length * 7.2) + (column.status === 'same' ? 0 : 64);
  const values = isNumeric(type) ? 96 : time ? 164 : 160;
  const twice = column.changedCells > 0 || split;
  return Math.round(Math.max(name, values * (twice ? (time ? 2.05 : 1.8) : 1), 72));
}

/** Which columns to ask the host for; undefined means all. The key always is among them. @param first,last of the shown ones, on the screen */
export function askedColumns(
  all: number,
  key: readonly string[],
  shown: readonly string[],
  first: number,
  last: number,
): string[] | undefined {
  if (all <= ASK_ALL) return undefined;
  if (shown.length <= ASK_ALL) return [...key, ...shown];
  const from = Math.floor(Math.max(0, first) / BLOCK) * BLOCK;
  const to = (Math.floor(Math.max(first, last) / BLOCK) + 1) * BLOCK;
  return [...key, ...shown.slice(from, to)];
}
