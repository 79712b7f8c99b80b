import type { RunRow } from '../../../shared/contract/runs.ts';

/** What a row of the table can ask for. The same object for the life of the table, so that rows are not drawn anew. */
export type RowActions = {
  /** With `range`, everything from the last one that was checked. */
  check(index: number, run: string, on: boolean, range: boolean): void;
  draw(run: string): void;
  star(row: RunRow): void;
  open(run: string): void;
  /** null: the name stays. */
  renamed(run: string, name: string | null): void;
  /** Opens the row's menu at a place of the window. */
  menu(row: RunRow, x: number, y: number): void;
  point(index: number): void;
};
