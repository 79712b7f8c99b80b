import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readJson, writeFileAtomic } from '../../platform/files.ts';
import { withDuckDb } from '../duckdb/open.ts';
import { assayFolder } from '../projects/layout.ts';
import { delimiterOf, headOf } from '../tables/csv-scan.ts';
import { createDatabase } from '../tables/database.ts';
import { runTask } from '../tables/run-task.ts';
import { openSource, pathsOf, tableFormat } from '../tables/source.ts';

const HEAD_BYTES = 1 << 20;

/** How many rows versions have, by their hash: -1 for what cannot be counted. Counted once, since content never changes its hash. */
export type RowCounts = {
  get(hash: string): number | null;
  isKnown(hash: string): boolean;
  put(hash: string, rows: number | null): void;
};

/** Kept in `.assay/data/rows.json`; it saves time only. */
export function openRowCounts(project: string): RowCounts {
  const path = join(assayFolder(project), 'data', 'rows.json');
  const stored = readJson(path);
  const counts = new Map<string, number>();
  if (stored !== null && typeof stored === 'object')
    for (const [hash, rows] of Object.entries(stored)) if (Number.isSafeInteger(rows)) counts.set(hash, rows as number);
  return {
    get: (hash) => {
      const rows = counts.get(hash) ?? -1;
      return rows < 0 ? null : rows;
    },
    isKnown: (hash) => counts.has(hash),
    put(hash, rows) {
      counts.set(hash, rows ?? -1);
      try {
        mkdirSync(dirname(path), { recursive: true });
        writeFileAtomic(path, JSON.stringify(Object.fromEntries(counts)));
      } catch {
        // counted again the next time
      }
    },
  };
}

export const isTable = (path: string): boolean => tableFormat(path) !== null;

/**
 * Counts the rows of a table; null when it cannot be read as one.
 * @param name whose ending says the format: the file may be an object of the cache, which has none
 */
export async function countRows(file: string, name: string): Promise<number | null> {
  const format = tableFormat(name);
  const source = { file, name };
  try {
    if (format === 'csv' || format === 'tsv') {
      const delimiter = format === 'tsv' ? '\t' : delimiterOf(await headOf(source, HEAD_BYTES));
      const { records } = await runTask('scan', { source, delimiter });
      return Math.max(0, records - 1);
    }
    const folder = mkdtempSync(join(tmpdir(), 'assay-rows-'));
    try {
      const limits = { memory: '512MB', paths: pathsOf(source, 'counted', folder), spill: folder };
      return await withDuckDb(limits, async (db) => {
        const { rows } = await openSource(createDatabase(db), source, 'counted', { text: true, folder });
        return rows;
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } catch {
    return null;
  }
}
