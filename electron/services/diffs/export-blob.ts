import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportFormat } from '../../../shared/contract/diffs.ts';
import { AppError } from '../../../shared/errors.ts';
import { writeExport } from './exports.ts';
import type { KeptTable } from './kept-table.ts';
import { temporaryFolder } from './temporary.ts';
import type { Diff } from './types.ts';

const TYPES: Record<ExportFormat, string> = {
  html: 'text/html',
  md: 'text/markdown',
  tabular: 'text/csv',
  parquet: 'application/vnd.apache.parquet',
  json: 'application/json',
};

/** What is handed over is held in memory, here and in the page. */
const MOST_BYTES = 256e6;

/**
 * An export as bytes to be saved.
 * @throws AppError BAD_REQUEST for one of more than 256 MB
 */
export async function exportBlob(
  diff: Diff,
  table: KeptTable | null,
  names: { old: string; now: string },
  format: ExportFormat,
  most: number = MOST_BYTES,
): Promise<Blob> {
  const folder = await temporaryFolder();
  try {
    const path = join(folder, 'export');
    await writeExport(diff, table, names, format, path);
    const { size } = await stat(path);
    if (size > most)
      throw new AppError(
        'BAD_REQUEST',
        `This export has ${Math.round(size / 1e6).toLocaleString('en-US')} MB, too much for the page. "assay data diff … --${format} FILE" in a terminal writes it.`,
      );
    return new Blob([await readFile(path)], { type: TYPES[format] });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
