import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportFormat } from '../../../shared/contract/diffs.ts';
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

/** An export as bytes to be saved. */
export async function exportBlob(
  diff: Diff,
  table: KeptTable | null,
  names: { old: string; now: string },
  format: ExportFormat,
): Promise<Blob> {
  const folder = await temporaryFolder();
  try {
    const path = join(folder, 'export');
    await writeExport(diff, table, names, format, path);
    return new Blob([await readFile(path)], { type: TYPES[format] });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
