import { stat } from 'node:fs/promises';
import { type DuckDBType, literalPath } from '../duckdb/open.ts';
import { loadCsv } from './csv-source.ts';
import { type Database, name, text, unreadable } from './database.ts';
import { type DataFile, emptySource, packingOf, ROW, type Source, type SourceColumn } from './side.ts';

export type TableFormat = 'csv' | 'tsv' | 'json' | 'jsonl' | 'parquet';

/** The format that a file's name says; null when it is not a table's. `.gz` and `.zst` stand for themselves on all but Parquet. */
export function tableFormat(name: string): TableFormat | null {
  const match = /\.(csv|tsv|jsonl|ndjson|json|parquet)(\.gz|\.zst)?$/i.exec(name);
  if (!match) return null;
  const format = match[1]!.toLowerCase();
  if (format === 'parquet' && match[2]) return null;
  return format === 'ndjson' ? 'jsonl' : (format as TableFormat);
}

/**
 * Makes a table file readable under the view `view`.
 * @throws AppError BAD_REQUEST when the file is not what its name says
 */
export async function openSource(
  db: Database,
  source: DataFile,
  view: string,
  options: { text: boolean; signal?: AbortSignal | undefined },
): Promise<Source> {
  const format = tableFormat(source.name)!;
  try {
    if ((await stat(source.file)).size === 0) return emptySource(db, view);
    if (format === 'csv' || format === 'tsv')
      return await loadCsv(db, source, view, format === 'tsv' ? '\t' : null, options);
    return format === 'parquet' ? await viewParquet(db, source, view) : await loadJson(db, source, view, format);
  } catch (error) {
    throw unreadable(source.name, error);
  }
}

async function viewParquet(db: Database, { file }: DataFile, view: string): Promise<Source> {
  const from = `read_parquet(${text(literalPath(file))}`;
  const shape = await db.shape(`SELECT * FROM ${from})`);
  // a file that has a column of the reader's own row number's name is copied, and rows are numbered there
  if (shape.some((column) => column.name.toLowerCase() === 'file_row_number')) {
    await db.run(`CREATE TABLE ${view}_cells AS SELECT * FROM ${from})`);
    await db.run(`CREATE VIEW ${view} AS SELECT rowid::UINTEGER AS ${ROW}, * FROM ${view}_cells`);
  } else {
    await db.run(
      `CREATE VIEW ${view} AS SELECT file_row_number::UINTEGER AS ${ROW}, * EXCLUDE (file_row_number) FROM ${from}, file_row_number = true)`,
    );
  }
  const [rows = 0] = await db.numbers(`SELECT count(*) FROM ${from})`);
  return { view, rows, columns: shape.flatMap(({ name: own, type }) => flatten(own, type, name(own))), findings: [] };
}

async function loadJson(
  db: Database,
  { file, name: called }: DataFile,
  view: string,
  format: 'json' | 'jsonl',
): Promise<Source> {
  const layout = format === 'jsonl' ? 'newline_delimited' : 'auto';
  const from = `read_json(${text(literalPath(file))}, format = '${layout}', compression = '${packingOf(called)}', maximum_object_size = 268435456`;
  const shape = await db.shape(`SELECT * FROM ${from}, sample_size = -1)`);
  // dates stay as they are written: another writing of the same moment is a change that somebody made
  const columns = shape.map((column) => `${text(column.name)}: ${text(plain(String(column.type)))}`).join(', ');
  await db.run(`CREATE TABLE ${view}_cells AS SELECT * FROM ${from}, columns = {${columns}})`);
  await db.run(`CREATE VIEW ${view} AS SELECT rowid::UINTEGER AS ${ROW}, * FROM ${view}_cells`);
  const [rows = 0] = await db.numbers(`SELECT count(*) FROM ${view}_cells`);
  const read = await db.shape(`SELECT * FROM ${view}_cells`);
  return { view, rows, columns: read.flatMap(({ name: own, type }) => flatten(own, type, name(own))), findings: [] };
}

/** A type with every kind of time and every id inside it as text, its quoted field names untouched. */
function plain(type: string): string {
  return type
    .split(/("(?:[^"]|"")*")/)
    .map((part, i) =>
      i % 2
        ? part
        : part.replaceAll(/\b(TIMESTAMP WITH TIME ZONE|TIMESTAMP(_\w+)?|DATE|TIME|UUID)\b(?! \w)/g, 'VARCHAR'),
    )
    .join('');
}

type Struct = DuckDBType & { entryNames: readonly string[]; entryTypes: readonly DuckDBType[] };

/** A column, or for a nested object one column for each path in it (`user.name`). */
function flatten(path: string, type: DuckDBType, sql: string): SourceColumn[] {
  const struct = type as Partial<Struct>;
  if (struct.entryNames && String(type).startsWith('STRUCT'))
    return struct.entryNames.flatMap((key, i) =>
      flatten(`${path}.${key}`, struct.entryTypes![i]!, `struct_extract(${sql}, ${text(key)})`),
    );
  const own = String(type).startsWith('ENUM') ? 'VARCHAR' : String(type);
  return [
    {
      name: path,
      type: own,
      raw: `(${sql})::VARCHAR`,
      typed: own === String(type) ? sql : `(${sql})::VARCHAR`,
      empty: false,
    },
  ];
}
