import type { Cell } from '../diffs-store.ts';

export type GridKeys = {
  cell: Cell | null;
  /** shown columns from left to right */
  columns: readonly string[];
  rows: number;
  /** rows that fit on the screen */
  page: number;
};

/** Where a key moves the chosen cell to; null when the key does not move it. Pure. */
export function moveCell(key: string, jump: boolean, { cell, columns, rows, page }: GridKeys): Cell | null {
  if (rows === 0 || columns.length === 0) return null;
  const row = cell?.row ?? 0;
  const at = Math.max(0, columns.indexOf(cell?.column ?? ''));
  const to = (nextRow: number, nextAt: number): Cell => ({
    row: Math.max(0, Math.min(rows - 1, nextRow)),
    column: columns[Math.max(0, Math.min(columns.length - 1, nextAt))]!,
  });
  switch (key) {
    case 'ArrowDown':
      return cell ? to(jump ? rows - 1 : row + 1, at) : to(0, 0);
    case 'ArrowUp':
      return to(jump ? 0 : row - 1, at);
    case 'ArrowLeft':
      return to(row, jump ? 0 : at - 1);
    case 'ArrowRight':
      return to(row, jump ? columns.length - 1 : at + 1);
    case 'PageDown':
      return to(row + page, at);
    case 'PageUp':
      return to(row - page, at);
    case 'Home':
      return jump ? to(0, 0) : to(row, 0);
    case 'End':
      return jump ? to(rows - 1, columns.length - 1) : to(row, columns.length - 1);
    default:
      return null;
  }
}
