import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../../shared/contract/tables.ts';
import { AppError } from '../../../shared/errors.ts';
import { literalPath } from '../duckdb/open.ts';
import { delimiterOf, firstRecord, headOf, scanText, type TextScan } from './csv-scan.ts';
import { typesOf } from './csv-types.ts';
import { type Database, text } from './database.ts';
import { runTask } from './run-task.ts';
import { type DataFile, emptySource, packingOf, ROW, type Source, type SourceColumn } from './side.ts';

const HEAD_BYTES = 1 << 20;
const INLINE_BYTES = 4 << 20;
const MOST_COLUMNS = 20_000;
/** Bytes of a record above which its long cells are replaced, of such a cell, and of the longest record that is read. */
const [LONG_RECORD, LONG_CELL, MOST_RECORD] = [32 << 20, 8 << 20, 256 << 20];

/**
 * Reads a CSV or TSV into a table of texts: what is between two separators is NULL when nothing is there, and the empty text when `""` is.
 * Types are taken from every row, not from a sample.
 */
export async function loadCsv(
  db: Database,
  given: DataFile,
  view: string,
  separator: string | null,
  options: { text: boolean; folder: string; signal?: AbortSignal | undefined },
): Promise<Source> {
  const { file, scan, head, delimiter, findings: found } = await lookedThrough(given, view, separator, options);
  if (scan.records === 0) return emptySource(db, view);
  const header = firstRecord(head, delimiter)!;
  const { names, findings } = namesOf(header, Math.max(scan.widest, header.length));
  findings.push(...found, ...findingsOf(scan));

  const columns = names.map((_, i) => `'c${i}': 'VARCHAR'`).join(', ');
  // a record longer than the buffer would be left out in silence
  const buffer = Math.max(32 << 20, 2 * scan.longest + 1024);
  const reader = [
    text(literalPath(file.file)),
    `compression = '${packingOf(file.name)}'`,
    `auto_detect = false, header = true, delim = ${text(delimiter)}, quote = '"', escape = '"', nullstr = ''`,
    `allow_quoted_nulls = false, columns = {${columns}}, max_line_size = ${Math.max(2 << 20, scan.longest + 1024)}`,
    `buffer_size = ${buffer}${scan.ragged > 0 || scan.longest > 8 << 20 ? ', parallel = false' : ''}`,
    ...(scan.ragged > 0 ? ['null_padding = true'] : []),
    // in strict mode the two kinds of line end in one file are an error; a mark left open is still found, by the scan
    ...(scan.mixedEndings && !scan.unclosed ? ['strict_mode = false'] : []),
    ...(scan.utf8 ? [] : [`encoding = 'latin-1'`]),
  ].join(', ');
  await db.run(`CREATE TABLE ${view}_cells AS SELECT * FROM read_csv(${reader})`);
  await db.run(`CREATE VIEW ${view} AS SELECT rowid::UINTEGER AS ${ROW}, * FROM ${view}_cells`);
  const [rows = 0] = await db.numbers(`SELECT count(*) FROM ${view}_cells`);
  const expected = scan.records - 1;
  if (names.length > 1 ? rows !== expected : rows < expected)
    throw new AppError(
      'BAD_REQUEST',
      `${given.name} cannot be read as a table (it has ${expected} rows by its line ends and quotation marks, but ${rows} could be read). Mend its quotation marks, or compare it under another ending as text.`,
    );
  const types = options.text ? names.map(() => 'VARCHAR') : await typesOf(db, `${view}_cells`, names.length);
  return {
    view,
    rows,
    findings,
    columns: names.map((own, i): SourceColumn => {
      const type = types[i] ?? 'VARCHAR';
      const cell = `c${i}`;
      return {
        name: own,
        type,
        raw: cell,
        typed: type === 'VARCHAR' ? cell : `CAST(${cell} AS ${type})`,
        empty: types[i] === null,
      };
    }),
  };
}

type LookedThrough = { file: DataFile; scan: TextScan; head: string; delimiter: string; findings: Finding[] };

/** Where `loadCsv` writes a table whose cells are too long to be read. */
export const condensedPath = (view: string, folder: string): string => join(folder, `${view}.condensed`);

/**
 * What the bytes of the file say, with a head that has the whole first record. Records so long that reading them would take more memory than
 * there may be are made shorter first, in a copy.
 * @throws AppError BAD_REQUEST for more columns than can be compared, and for records that stay too long
 */
async function lookedThrough(
  given: DataFile,
  view: string,
  separator: string | null,
  options: { folder: string; signal?: AbortSignal | undefined },
): Promise<LookedThrough> {
  const start = await headOf(given, HEAD_BYTES);
  const delimiter = separator ?? delimiterOf(start);
  const scan = await scanned(given, delimiter, options.signal);
  if (scan.widest > MOST_COLUMNS)
    throw new AppError(
      'BAD_REQUEST',
      `${given.name} has a row of ${scan.widest.toLocaleString('en-US')} cells; tables of at most ${MOST_COLUMNS.toLocaleString('en-US')} columns can be read. Is it separated by ${JSON.stringify(delimiter)}? Compare it under another ending as text.`,
    );
  const whole = async (file: DataFile, own: TextScan, findings: Finding[]): Promise<LookedThrough> => {
    const head =
      file === given && firstRecord(start, delimiter) !== null ? start : await headOf(file, own.longest + HEAD_BYTES);
    return { file, scan: own, head, delimiter, findings };
  };
  if (scan.longest <= LONG_RECORD || scan.unclosed) return whole(given, scan, []);
  const file = { file: condensedPath(view, options.folder), name: 'condensed.csv' };
  const task = { source: given, delimiter, to: file.file, longest: LONG_CELL };
  const { cells, record } = await runTask('condense', task, options.signal);
  if (record > MOST_RECORD)
    throw new AppError(
      'BAD_REQUEST',
      `${given.name} has a row of ${Math.round(record / 1e6)} MB in many cells, which is too much to be read as a table. Compare it under another ending as text.`,
    );
  const finding = {
    code: 'long_cells',
    message: `${cells === 1 ? 'One cell is' : `${cells} cells are`} longer than ${LONG_CELL >> 20} MB and compared by length and SHA-256.`,
  };
  return whole(file, { ...scan, bom: scan.bom, longest: record }, cells > 0 ? [finding] : []);
}

/** Large files are looked through in a thread of their own: nothing else would be answered meanwhile. */
async function scanned(source: DataFile, delimiter: string, signal: AbortSignal | undefined): Promise<TextScan> {
  if ((await stat(source.file)).size > INLINE_BYTES) return runTask('scan', { source, delimiter }, signal);
  return scanText(source, delimiter, () => signal?.throwIfAborted());
}

function findingsOf(scan: TextScan): Finding[] {
  const found: Finding[] = [];
  const add = (code: string, message: string): void => void found.push({ code, message });
  if (scan.bom) add('bom', 'The file begins with a byte order mark; it is not part of the first name.');
  if (scan.ragged > 0)
    add(
      'ragged_rows',
      `${scan.ragged} rows have another number of cells than the header (${scan.width}); missing cells are read as NULL.`,
    );
  if (scan.mixedEndings) add('mixed_line_endings', 'Some lines end with CR LF and others do not.');
  if (!scan.utf8) add('invalid_utf8', 'The file is not valid UTF-8; it is read as Latin-1.');
  if (scan.records === 1) add('header_only', 'The file has a header and no rows.');
  return found;
}

function namesOf(header: readonly string[], width: number): { names: string[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const padded = header.filter((cell) => cell !== cell.trim());
  if (padded.length > 0)
    findings.push({
      code: 'padded_headers',
      message: `Spaces around ${padded.length === 1 ? 'a column name' : `${padded.length} column names`} are ignored: ${padded
        .slice(0, 5)
        .map((cell) => JSON.stringify(cell))
        .join(', ')}.`,
    });
  const taken = new Set<string>();
  const twice = new Set<string>();
  const names = Array.from({ length: width }, (_, i) => {
    const wanted = header[i]?.trim() || `column ${i + 1}`;
    let own = wanted;
    for (let copy = 2; taken.has(own); copy++) own = `${wanted} (${copy})`;
    if (own !== wanted) twice.add(wanted);
    taken.add(own);
    return own;
  });
  if (twice.size > 0)
    findings.push({
      code: 'duplicate_headers',
      message: `Several columns are called ${[...twice]
        .slice(0, 5)
        .map((cell) => JSON.stringify(cell))
        .join(', ')}; the later ones are numbered.`,
    });
  return { names, findings };
}
