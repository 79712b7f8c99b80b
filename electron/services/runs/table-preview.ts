import { createReadStream } from 'node:fs';
import { basename, extname } from 'node:path';
import type { TablePage } from '../../../shared/contract/runs.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { type DuckDBConnection, literalPath, withDuckDb } from '../duckdb/open.ts';

type File = { path: string; modifiedMs: number; size: number };
type Page = { offset: number; limit: number };

const MEMORY_LIMIT = '512MB';
const MAX_CELL = 10_000;
const HEAD_BYTES = 65_536;
const REMEMBERED = 50;

/** Row counts by file and its state, because counting reads the whole of it. */
const totals = new Map<string, number>();

/**
 * A page of a CSV, TSV, JSON-lines or Parquet file. Cells are text, cut at 10,000 characters; those of a CSV are as written there.
 * DuckDB is loaded with the first call; each call has a database of its own in memory that may read this one file and nothing else.
 * @param file a real path
 * @throws AppError BAD_REQUEST when the ending is not one of these or the file is not what it says
 */
export async function previewTable(file: File, page: Page): Promise<TablePage> {
  const source = await sourceOf(file.path);
  if (file.size === 0) return { columns: [], rows: [], total: 0 };
  const paths = [file.path, source.args.path!];
  return withDuckDb({ memory: MEMORY_LIMIT, paths }, async (db) => {
    try {
      return await readPage(db, source, file, page);
    } catch (error) {
      throw brokenTable(error, paths);
    }
  });
}

/** `types` and `cells` are table functions of one bound path: the first guesses types, the second gives every cell as it is written. */
type Source = { types: string; cells: string; args: Record<string, string> };

async function sourceOf(path: string): Promise<Source> {
  const args: Record<string, string> = { path: literalPath(path) };
  switch (extname(path).toLowerCase()) {
    case '.parquet':
      return { types: 'read_parquet($path)', cells: 'read_parquet($path)', args };
    case '.jsonl':
    case '.ndjson': {
      const read = `read_json($path, format = 'newline_delimited')`;
      return { types: read, cells: read, args };
    }
    case '.csv':
    case '.tsv': {
      const options = `$path, delim = $delim, quote = '"', escape = '"', header = true, skip = 0`;
      args.delim = extname(path).toLowerCase() === '.tsv' ? '\t' : await delimiterOf(path);
      return { types: `read_csv(${options})`, cells: `read_csv(${options}, all_varchar = true)`, args };
    }
    default:
      throw new AppError('BAD_REQUEST', 'Only CSV, TSV, JSON-lines and Parquet files are shown as tables.');
  }
}

async function readPage(
  db: DuckDBConnection,
  { types, cells, args }: Source,
  file: File,
  page: Page,
): Promise<TablePage> {
  const described = await db.runAndReadAll(`DESCRIBE SELECT * FROM ${types}`, args);
  const columns = described.getRowsJson().map(([name, type]) => ({ name: String(name), type: String(type) }));
  const read = await db.runAndReadAll(
    `SELECT left(COLUMNS(*)::VARCHAR, ${MAX_CELL}) FROM ${cells} LIMIT ${page.limit} OFFSET ${page.offset}`,
    args,
  );
  const rows = read.getRowsJson().map((row) => row.map((cell) => (cell === null ? null : String(cell))));
  return { columns, rows, total: await totalOf(db, cells, args, file) };
}

async function totalOf(db: DuckDBConnection, cells: string, args: Record<string, string>, file: File): Promise<number> {
  const key = `${file.path}\0${file.size}\0${file.modifiedMs}`;
  const known = totals.get(key);
  if (known !== undefined) return known;
  const total = Number((await db.runAndReadAll(`SELECT count(*) FROM ${cells}`, args)).getRowsJson()[0]?.[0]);
  if (totals.size >= REMEMBERED) totals.delete(totals.keys().next().value!);
  totals.set(key, total);
  return total;
}

/** The separator that the first line has most of, outside quotes. DuckDB's own guess takes any other over a row that is too long. */
async function delimiterOf(path: string): Promise<string> {
  let head = '';
  for await (const piece of createReadStream(path, { encoding: 'utf8', end: HEAD_BYTES - 1 })) head += piece;
  const line = head.replaceAll(/"(?:[^"]|"")*"/g, '').split(/\r?\n/, 1)[0] ?? '';
  const counts = [',', ';', '\t', '|'].map((delimiter) => ({ delimiter, count: line.split(delimiter).length - 1 }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).delimiter;
}

function brokenTable(error: unknown, paths: readonly string[]): AppError {
  if (error instanceof AppError) return error;
  const message = paths.reduce((text, path) => text.replaceAll(path, basename(path)), messageOf(error));
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  // DuckDB goes on for many lines about its options; the first one that is not about where says what is wrong
  const reason = /sniffing file/.test(message)
    ? 'its rows do not all have as many cells as its header, or a quotation mark is never closed'
    : (message.split('\n').find((text) => text !== '' && !/Error on Line: |^Original Line/.test(text)) ?? message);
  return new AppError(
    'BAD_REQUEST',
    `This file cannot be shown as a table${line ? `: line ${line} is wrong` : ''} (${reason.trim()}). Look at it as text instead.`,
    {},
    { cause: error },
  );
}
