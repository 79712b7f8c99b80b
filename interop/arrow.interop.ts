import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diffPaths } from '../electron/services/diffs/diff.ts';

const python = process.env.ASSAY_INTEROP_PYTHON ?? '';
if (!python)
  throw new Error('These tests are started by "npm run test:interop", which makes their Python environment.');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-interop-arrow-'));
  const { status, stderr } = spawnSync(python, ['interop/arrow_files.py', folder], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['table.parquet', 'uncompressed.feather'],
  ['table.parquet', 'lz4.feather'],
  ['table.parquet', 'zstd.feather'],
  ['table.parquet', 'stream.arrow'],
  ['polars.parquet', 'polars.arrow'],
  ['polars.parquet', 'polars-stream.arrow'],
])('%s and %s, as pyarrow and polars write them, are the same data', async (parquet, arrow) => {
  const diff = await diffPaths(join(folder, parquet), join(folder, arrow));
  expect(diff).toMatchObject({
    verdict: 'identical_data',
    rows: { before: 100_000, after: 100_000, unchanged: 100_000 },
  });
});
