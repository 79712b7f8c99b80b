import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ExportFormat } from '../../../shared/contract/diffs.ts';
import { AppError } from '../../../shared/errors.ts';
import { writeTabular } from './export-tabular.ts';
import type { KeptTable } from './kept-table.ts';
import { changedRows, type MergedRow, writeParquet } from './merged-rows.ts';
import { htmlReport } from './report-html.ts';
import { markdownReport } from './report-md.ts';
import { temporaryFolder } from './temporary.ts';
import type { Diff } from './types.ts';

/** Files to write beside the answer; each is written whole or not at all. */
export type DiffExports = { html?: string; md?: string; tabular?: string; parquet?: string };

type Names = { readonly old: string; readonly now: string };

const SHOWN_HTML = 200;
const SHOWN_MD = 10;

/**
 * One export of a comparison, written to a file that does not matter to anybody yet.
 * @param table needed for `tabular` and `parquet`, and for the rows in the others
 * @throws AppError BAD_REQUEST for rows of what is no table
 */
export async function writeExport(
  diff: Diff,
  table: KeptTable | null,
  names: Names,
  format: ExportFormat,
  path: string,
): Promise<void> {
  if (format === 'json') return writeFile(path, `${JSON.stringify(diff, null, 1)}\n`);
  if (format === 'html' || format === 'md') {
    const rows = table
      ? await table.exclusive((open) => firstRows(open, format === 'html' ? SHOWN_HTML : SHOWN_MD))
      : [];
    return writeFile(path, format === 'html' ? htmlReport(diff, names, rows) : markdownReport(diff, names, rows));
  }
  if (!table) throw new AppError('BAD_REQUEST', `--${format} writes rows of a table, and these are not two tables.`);
  if (format === 'tabular') return table.exclusive((open) => writeTabular(open, path));
  await table.exclusive(async (open) => {
    await writeParquet(open, table.outputFile);
    await copyFile(table.outputFile, path);
    await rm(table.outputFile);
  });
}

async function firstRows(open: KeptTable['open'], limit: number): Promise<MergedRow[]> {
  const rows: MergedRow[] = [];
  for await (const some of changedRows(open, limit)) rows.push(...some);
  return rows;
}

/** Writes the exports that have a path. */
export async function writeExports(
  { diff, table }: { diff: Diff; table: KeptTable | null },
  names: Names,
  exports: DiffExports,
): Promise<void> {
  for (const format of ['parquet', 'tabular', 'html', 'md'] as const) {
    const path = exports[format];
    if (path !== undefined) await whole(path, (draft) => writeExport(diff, table, names, format, draft));
  }
}

/**
 * Has a file written under another name in the same folder, then put in place. A pipe or device (`/dev/stdout`) is written into and never
 * replaced; of a link, the file behind it is.
 */
async function whole(path: string, write: (path: string) => Promise<void>): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) throw new AppError('BAD_REQUEST', `${path} is a folder. Name a file to write.`);
  const place = found?.isFile() ? await realpath(path) : path;
  const draft = join(dirname(place), `.${basename(place)}.${randomUUID()}`);
  try {
    if (found && !found.isFile()) return await intoPipe(path, write);
    await write(draft);
    await rename(draft, place);
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

/** What is put in place by a rename, or by the database, cannot be written so into a pipe. */
async function intoPipe(path: string, write: (path: string) => Promise<void>): Promise<void> {
  const folder = await temporaryFolder();
  try {
    const draft = join(folder, 'draft');
    await write(draft);
    await pipeline(createReadStream(draft), createWriteStream(path));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
