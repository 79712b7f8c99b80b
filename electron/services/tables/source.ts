import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBType, literalPath } from '../duckdb/open.ts';
import { copyPaths } from './csv-look.ts';
import { loadCsv } from './csv-source.ts';
import { cancelled, type Database, name, text, unreadable } from './database.ts';
import { runTask } from './run-task.ts';
import { numberedNames, sameNames } from './same-names.ts';
import { type DataFile, emptySource, packingOf, ROW, type Source, type SourceColumn } from './side.ts';
import { unpack } from './unpack.ts';

export type TableFormat = 'csv' | 'tsv' | 'json' | 'jsonl' | 'parquet' | 'arrow';

/** The format that a file's name says, packed with `.gz` or `.zst` or not; null when it is not a table's. */
export function tableFormat(name: string): TableFormat | null {
  const match = /\.(csv|tsv|jsonl|ndjson|json|parquet|arrow|feather|ipc)(\.gz|\.zst)?$/i.exec(name);
  if (!match) return null;
  const format = match[1]!.toLowerCase();
  if (format === 'feather' || format === 'ipc') return 'arrow';
  return format === 'ndjson' ? 'jsonl' : (format as TableFormat);
}

/** `folder` is the caller's, for what has to be unpacked or written otherwise first; the caller removes it. */
export type Reading = { text: boolean; folder: string; signal?: AbortSignal | undefined };

/** What the database of `openSource` must be allowed to read for it (`paths` of `withDuckDb`). */
export function pathsOf(source: DataFile, view: string, folder: string): string[] {
  const own = [source.file, ...copyPaths(view, folder), ...Object.values(scratch(view, folder))];
  return [...own, ...own.map(literalPath)];
}

const scratch = (view: string, folder: string): { unpacked: string; parquet: string } => ({
  unpacked: join(folder, `${view}.unpacked`),
  parquet: join(folder, `${view}.parquet`),
});

/**
 * Makes a table file readable under the view `view`.
 * @throws AppError BAD_REQUEST when the file is not what its name says
 */
export async function openSource(db: Database, source: DataFile, view: string, options: Reading): Promise<Source> {
  const format = tableFormat(source.name)!;
  try {
    if ((await stat(source.file)).size === 0) return emptySource(db, view);
    if (format === 'csv' || format === 'tsv')
      return await loadCsv(db, source, view, format === 'tsv' ? '\t' : null, options);
    if (format === 'json' || format === 'jsonl') return await loadJson(db, source, view, format);
    const { unpacked, parquet } = scratch(view, options.folder);
    const packed = packingOf(source.name) !== 'uncompressed';
    if (packed) await unpack(source, unpacked, options.signal);
    const from = packed ? unpacked : source.file;
    if (format === 'parquet') return await viewParquet(db, from, view);
    const { names, cutTimes } = await runTask('arrow', { from, to: parquet, spill: options.folder }, options.signal);
    const copy = await viewParquet(db, parquet, view, names);
    return cutTimes ? { ...copy, findings: [...copy.findings, CUT_TIMES] } : copy;
  } catch (error) {
    if (options.signal?.aborted) throw cancelled();
    throw unreadable(source.name, error);
  }
}

const CUT_TIMES = {
  code: 'cut_times',
  message: 'Some times are finer than a microsecond; what is beyond it is left out.',
};

/** @param names what the columns are called, when the file calls them otherwise */
async function viewParquet(db: Database, file: string, view: string, names?: readonly string[]): Promise<Source> {
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
  const columns = shape.flatMap(({ name: own, type }, i) => flatten(names?.[i] ?? own, type, name(own)));
  return { view, rows, ...numbered(columns) };
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
  return { view, rows, ...numbered(read.flatMap(({ name: own, type }) => flatten(own, type, name(own)))) };
}

/** Columns of one name (`a.b` beside a `b` in `a`, or an Arrow file that has a name twice) told apart by a number, as those of a CSV are. */
function numbered(columns: SourceColumn[]): Pick<Source, 'columns' | 'findings'> {
  const { names, twice } = numberedNames(columns.map((column) => column.name));
  return {
    columns: columns.map((column, i) => ({ ...column, name: names[i]! })),
    findings: twice.length > 0 ? [sameNames(twice)] : [],
  };
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
