import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../../shared/contract/tables.ts';
import { AppError } from '../../../shared/errors.ts';
import { delimiterOf, firstRecord, headOf, scanText, type TextScan } from './csv-scan.ts';
import { runTask } from './run-task.ts';
import type { DataFile } from './side.ts';
import { utf16Of } from './transcode.ts';

const HEAD_BYTES = 1 << 20;
const INLINE_BYTES = 4 << 20;
const MOST_COLUMNS = 20_000;
/** Bytes of a record above which its long cells are replaced, of such a cell, and of the longest record that is read. */
const [LONG_RECORD, LONG_CELL, MOST_RECORD] = [32 << 20, 8 << 20, 256 << 20];

/** A delimited text that can be read: `file` is the given one or a copy of it in UTF-8 and with shorter cells; `head` has its whole first record. */
export type Looked = { file: DataFile; scan: TextScan; head: string; delimiter: string; findings: Finding[] };

type Options = { folder: string; signal?: AbortSignal | undefined };

const copies = (view: string, folder: string): { utf8: string; condensed: string } => ({
  utf8: join(folder, `${view}.utf8`),
  condensed: join(folder, `${view}.condensed`),
});

/** Where `lookThrough` may put copies. */
export const copyPaths = (view: string, folder: string): string[] => Object.values(copies(view, folder));

/**
 * What only the bytes of a delimited text say, with a copy of it where it cannot be read as it is: another encoding than UTF-8, or cells so
 * long that reading them would take more memory than there may be.
 * @throws AppError BAD_REQUEST for more columns than can be compared, and for records that stay too long
 */
export async function lookThrough(
  given: DataFile,
  view: string,
  separator: string | null,
  options: Options,
): Promise<Looked> {
  const { utf8, condensed } = copies(view, options.folder);
  const findings: Finding[] = [];
  let file = given;
  const again = async (from: 'utf-16le' | 'utf-16be' | 'unknown'): Promise<{ other: number; utf8: number }> => {
    file = { file: utf8, name: 'copy.csv' };
    return runTask('transcode', { source: given, from, to: utf8 }, options.signal);
  };
  const wide = await utf16Of(given);
  if (wide) {
    await again(wide);
    findings.push({ code: 'utf16', message: 'The file is UTF-16; it is compared by its text.' });
  }
  let head = await headOf(file, HEAD_BYTES);
  const delimiter = separator ?? delimiterOf(head);
  let scan = await scanned(file, delimiter, options.signal);
  if (!scan.utf8) {
    const { other, utf8: valid } = await again('unknown');
    findings.push({
      code: 'invalid_utf8',
      message: `${other === 1 ? 'One line is' : `${other} lines are`} not valid UTF-8 and read as Latin-1 (Windows-1252).`,
    });
    if (valid > 0)
      findings.push({
        code: 'mixed_encodings',
        message: `Encodings are mixed: ${valid === 1 ? 'one other line is' : `${valid} other lines are`} UTF-8 with more than ASCII, and read as that.`,
      });
    head = await headOf(file, HEAD_BYTES);
    scan = { ...(await scanned(file, delimiter, options.signal)), bom: scan.bom };
  }
  if (scan.widest > MOST_COLUMNS)
    throw new AppError(
      'BAD_REQUEST',
      `${given.name} has a row of ${scan.widest.toLocaleString('en-US')} cells; tables of at most ${MOST_COLUMNS.toLocaleString('en-US')} columns can be read. Is it separated by ${JSON.stringify(delimiter)}? Compare it under another ending as text.`,
    );
  if (scan.longest > LONG_RECORD && !scan.unclosed) {
    const task = { source: file, delimiter, to: condensed, longest: LONG_CELL };
    const { cells, record } = await runTask('condense', task, options.signal);
    if (record > MOST_RECORD)
      throw new AppError(
        'BAD_REQUEST',
        `${given.name} has a row of ${Math.round(record / 1e6)} MB in many cells, which is too much to be read as a table. Compare it under another ending as text.`,
      );
    if (cells > 0)
      findings.push({
        code: 'long_cells',
        message: `${cells === 1 ? 'One cell is' : `${cells} cells are`} longer than ${LONG_CELL >> 20} MB and compared by length and SHA-256.`,
      });
    file = { file: condensed, name: 'copy.csv' };
    scan = { ...scan, longest: record };
    head = await headOf(file, HEAD_BYTES);
  }
  if (firstRecord(head, delimiter) === null) head = await headOf(file, scan.longest + HEAD_BYTES);
  return { file, scan, head, delimiter, findings };
}

/** Large files are looked through in a thread of their own: nothing else would be answered meanwhile. */
async function scanned(source: DataFile, delimiter: string, signal: AbortSignal | undefined): Promise<TextScan> {
  if ((await stat(source.file)).size > INLINE_BYTES) return runTask('scan', { source, delimiter }, signal);
  return scanText(source, delimiter, () => signal?.throwIfAborted());
}
