import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Cell } from '../tables/database.ts';
import { changedRows, type MergedRow } from './merged-rows.ts';
import type { OpenTableDiff } from './table.ts';

/**
 * Writes a tabular diff (frictionless 0.8, the format of daff): a schema row when columns came, went or were renamed, the header, then the
 * changed, added and removed rows, with `...` where unchanged rows are left out. NULL is `NULL`, the text "NULL" is `_NULL`.
 */
export async function writeTabular(open: OpenTableDiff, path: string): Promise<void> {
  const { columns } = open.result;
  const out = createWriteStream(path);
  const failed = once(out, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => {});
  const write = async (cells: readonly string[]): Promise<void> => {
    if (!out.write(`${cells.map(quoted).join(',')}\n`)) await Promise.race([once(out, 'drain'), failed]);
  };
  const marks = columns.map(({ status, renamedFrom }) =>
    status === 'added' ? '+++' : status === 'removed' ? '---' : status === 'renamed' ? `(${renamedFrom})` : '',
  );
  try {
    if (marks.some((mark) => mark !== '')) await write(['!', ...marks]);
    await write(['@@', ...columns.map(({ name }) => name)]);
    let last = -1;
    for await (const rows of changedRows(open)) {
      for (const row of rows) {
        if (row.place > last + 1) await write(['...', ...columns.map(() => '...')]);
        last = Math.max(last, row.kind === 'removed' ? row.place - 1 : row.place);
        await write(lineOf(row));
      }
    }
    if (last < open.result.rows.after - 1 && last >= 0) await write(['...', ...columns.map(() => '...')]);
    out.end();
    await Promise.race([once(out, 'close'), failed]);
  } catch (error) {
    out.destroy();
    throw error;
  }
}

function lineOf(row: MergedRow): string[] {
  const shown = (cell: Cell): string => (cell === null ? 'NULL' : /^_*NULL$/.test(cell) ? `_${cell}` : cell);
  if (row.kind === 'added') return ['+++', ...row.cells.map(({ now }) => (now === undefined ? '' : shown(now)))];
  if (row.kind === 'removed') return ['---', ...row.cells.map(({ old }) => (old === undefined ? '' : shown(old)))];
  let arrow = '->';
  while (row.cells.some(({ old, now }) => old?.includes(arrow) || now?.includes(arrow))) arrow = `-${arrow}`;
  return [
    arrow,
    ...row.cells.map(({ old, now, changed }) =>
      changed ? `${shown(old!)}${arrow}${shown(now!)}` : shown((now === undefined ? old : now) ?? null),
    ),
  ];
}

function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$|^$/.test(cell) && cell !== '' ? `"${cell.replaceAll('"', '""')}"` : cell;
}
