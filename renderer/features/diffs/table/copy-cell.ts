import { notifyError } from '../../../ui/notify.ts';
import type { GridRow } from './use-diff-rows.ts';

/** Copies a cell as text: `old → new` where it changed, else its value. */
export function copyCell(row: GridRow | undefined, column: string | undefined): void {
  const cell = column === undefined ? undefined : row?.cell(column);
  if (!cell) return;
  const text = cell.changed ? `${cell.old ?? ''} → ${cell.now ?? ''}` : (cell.now ?? cell.old ?? '');
  navigator.clipboard.writeText(text).catch((error: unknown) => notifyError('The cell was not copied', error));
}
