import type { Finding } from '../../../shared/contract/tables.ts';
import { AppError } from '../../../shared/errors.ts';
import { literalPath } from '../duckdb/open.ts';
import { lookThrough } from './csv-look.ts';
import { firstRecord, type TextScan } from './csv-scan.ts';
import { typesOf } from './csv-types.ts';
import { type Database, text } from './database.ts';
import { numberedNames, sameNames } from './same-names.ts';
import { type DataFile, emptySource, packingOf, ROW, type Source, type SourceColumn } from './side.ts';

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
  const { file, scan, head, delimiter, findings: found } = await lookThrough(given, view, separator, options);
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
  const { names, twice } = numberedNames(
    Array.from({ length: width }, (_, i) => header[i]?.trim() || `column ${i + 1}`),
  );
  if (twice.length > 0) findings.push(sameNames(twice));
  return { names, findings };
}
