import { randomUUID } from 'node:crypto';
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { DataFile } from '../tables/side.ts';
import { tableFormat } from '../tables/source.ts';
import { diffBytes } from './bytes.ts';
import { writeTabular } from './export-tabular.ts';
import { diffFolders } from './folder.ts';
import { changedRows, type MergedRow, writeParquet } from './merged-rows.ts';
import { htmlReport } from './report-html.ts';
import { markdownReport } from './report-md.ts';
import { sameBytes } from './same-bytes.ts';
import { type OpenTableDiff, withTableDiff } from './table.ts';
import type { Diff, DiffOptions } from './types.ts';

/** Files to write beside the answer; each is written whole or not at all. */
export type DiffExports = { html?: string; md?: string; tabular?: string; parquet?: string };

const SHOWN_HTML = 200;
const SHOWN_MD = 10;

/**
 * Compares two files or two folders, given by path, or by path and name where the name says more. Tables (CSV, TSV, JSON, JSON lines,
 * Parquet, by their names) are compared by rows and cells; other files
 * as text or by their bytes; folders by the hashes of their files.
 * @throws AppError BAD_REQUEST when one is missing, cannot be read or does not go with the other; CANCELLED
 */
export async function diffPaths(
  old: string | DataFile,
  now: string | DataFile,
  options: DiffOptions = {},
  exports: DiffExports = {},
): Promise<Diff> {
  const [a, b] = [await kindOf(old), await kindOf(now)];
  if (a.folder !== b.folder)
    throw new AppError(
      'BAD_REQUEST',
      'One of the two is a folder and the other a file. Name two files or two folders.',
    );
  const table = !a.folder && tableFormat(a.name) !== null && tableFormat(b.name) !== null;
  const given = (['tabular', 'parquet'] as const).find((kind) => exports[kind] !== undefined);
  if (!table && given)
    throw new AppError('BAD_REQUEST', `--${given} writes rows of a table, and these are not two tables.`);
  if (!table && (options.key?.length || options.tolerance))
    throw new AppError('BAD_REQUEST', 'A key and a tolerance are for tables, and these are not two tables.');
  const names = { old: a.name, now: b.name };
  if (!table) {
    const diff = a.folder
      ? await diffFolders(a.file, b.file, options)
      : await diffBytes(a.file, b.file, options.signal);
    await writeReports(diff, names, exports);
    return diff;
  }
  options.onStage?.('Comparing bytes');
  const files = { old: a, now: b, sameBytes: await sameBytes(a.file, b.file, options.signal) };
  if (exports.parquet === undefined) return withTableDiff(files, options, [], (open) => finish(open, names, exports));
  return whole(exports.parquet, (parquet) =>
    withTableDiff(files, options, [parquet], async (open) => {
      await writeParquet(open, parquet);
      return finish(open, names, exports);
    }),
  );
}

async function finish(open: OpenTableDiff, names: { old: string; now: string }, exports: DiffExports): Promise<Diff> {
  if (exports.tabular !== undefined) await whole(exports.tabular, (path) => writeTabular(open, path));
  if (exports.html === undefined && exports.md === undefined) return open.result;
  const rows: MergedRow[] = [];
  for await (const some of changedRows(open, SHOWN_HTML)) rows.push(...some);
  await writeReports(open.result, names, exports, rows);
  return open.result;
}

async function writeReports(
  diff: Diff,
  names: { old: string; now: string },
  exports: DiffExports,
  rows: MergedRow[] = [],
): Promise<void> {
  if (exports.html !== undefined) await whole(exports.html, (path) => writeFile(path, htmlReport(diff, names, rows)));
  if (exports.md !== undefined)
    await whole(exports.md, (path) => writeFile(path, markdownReport(diff, names, rows.slice(0, SHOWN_MD))));
}

/** The real file behind a path: a link's target may have a name of its own, but what the file is called here says what it is. */
async function kindOf(side: string | DataFile): Promise<DataFile & { folder: boolean }> {
  const path = typeof side === 'string' ? side : side.file;
  try {
    const file = await realpath(path);
    const found = await stat(file);
    if (!found.isFile() && !found.isDirectory())
      throw new AppError('BAD_REQUEST', `${path} is neither a file nor a folder.`);
    return { file, name: typeof side === 'string' ? basename(path) : side.name, folder: found.isDirectory() };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('BAD_REQUEST', `There is no file or folder ${path} that can be read.`, {}, { cause: error });
  }
}

/**
 * Has a file written under another name in the same folder, then put in place. A pipe or device (`/dev/stdout`) is written into and never
 * replaced; of a link, the file behind it is.
 */
async function whole<T>(path: string, write: (path: string) => Promise<T>): Promise<T> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) throw new AppError('BAD_REQUEST', `${path} is a folder. Name a file to write.`);
  const place = found?.isFile() ? await realpath(path) : path;
  const draft = join(dirname(place), `.${basename(place)}.${randomUUID()}`);
  try {
    if (found && !found.isFile()) return await write(path);
    const result = await write(draft);
    await rename(draft, place);
    return result;
  } catch (error) {
    await rm(draft, { force: true });
    if (error instanceof AppError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    throw new AppError(
      'BAD_REQUEST',
      `${path} cannot be written (${code}). Name a file in a folder that you may write to.`,
      {},
      { cause: error },
    );
  }
}
