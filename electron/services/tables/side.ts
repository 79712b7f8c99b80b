import type { Finding } from '../../../shared/contract/tables.ts';
import type { Database } from './database.ts';

/** Bytes of a table: where they are, and what the table is called. The name's ending says the format: an object of a cache has none of its own. */
export type DataFile = { file: string; name: string };

/** How a file of this name is packed, as DuckDB's readers call it. */
export function packingOf(name: string): 'gzip' | 'zstd' | 'uncompressed' {
  return /\.gz$/i.test(name) ? 'gzip' : /\.zst$/i.test(name) ? 'zstd' : 'uncompressed';
}

/** A column of one side. `raw` and `typed` are SQL over the side's view: the cell as text as it is written, and as a value of `type`. */
export type SourceColumn = { name: string; type: string; raw: string; typed: string; empty: boolean };

/** One side: the view named `view` has `ROW`, the row's number from 0, beside the columns' own material. */
export type Source = { view: string; rows: number; columns: SourceColumn[]; findings: Finding[] };

/** The row's number in a source's view, quoted; no file is likely to have a column of this name. */
export const ROW = '"assay row number"';

/** A side with neither rows nor columns. */
export async function emptySource(db: Database, view: string): Promise<Source> {
  await db.run(`CREATE TABLE ${view} (${ROW} UINTEGER)`);
  const findings = [{ code: 'empty_file', message: 'The file is empty: it has not even a header.' }];
  return { view, rows: 0, columns: [], findings };
}
