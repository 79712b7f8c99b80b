import type { TablePage } from '../../../shared/contract/tables.ts';
import type { Database } from './database.ts';
import { ROW, type SourceColumn } from './side.ts';

export const CELL_CHARACTERS = 500;
const MAX_CELL_BYTES = 10_000_000;

export type Row = TablePage['rows'][number];

/** Rows of `from` that fit `where`, their cells cut, by what `order` says. */
export async function readRows(
  db: Database,
  columns: readonly (SourceColumn | null)[],
  from: string,
  where: string,
  order: string,
): Promise<Row[]> {
  const cells = columns.map((column) => (column ? `left(${column.raw}, ${CELL_CHARACTERS + 1})` : 'NULL'));
  const rows = await db.rows(`SELECT ${[ROW, ...cells].join(', ')} FROM ${from} WHERE ${where} ORDER BY ${order}`);
  return rows.map(([row, ...values]) => ({ row: Number(row), cells: values.map(cut) }));
}

function cut(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const text = String(value);
  // an emoji is two units of a text here, and one character there
  return text.length > CELL_CHARACTERS && [...text].length > CELL_CHARACTERS
    ? `${[...text].slice(0, CELL_CHARACTERS).join('')}…`
    : text;
}

/** One cell, at most 10 MB of it. */
export async function readCell(
  db: Database,
  column: SourceColumn,
  from: string,
  row: number,
): Promise<{ found: boolean; value: string | null }> {
  const [found] = await db.rows(`SELECT left(${column.raw}, ${MAX_CELL_BYTES}) FROM ${from} WHERE ${ROW} = ${row}`);
  return { found: found !== undefined, value: found?.[0] == null ? null : String(found[0]) };
}
