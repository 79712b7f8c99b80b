import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { previewTable } from './table-preview.ts';

let folder: string;
beforeAll(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'assay-table-')), "it's a [folder]*");
  mkdirSync(folder);
});
afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const duckdbLoaded = (): boolean => {
  return (process.report.getReport() as { sharedObjects: string[] }).sharedObjects.some((path) =>
    path.includes('duckdb'),
  );
};

function preview(name: string, content: string | Uint8Array | null, page = { offset: 0, limit: 100 }) {
  const path = join(folder, name);
  if (content !== null) writeFileSync(path, content);
  const { size, mtimeMs } = statSync(path);
  return previewTable({ path, size, modifiedMs: mtimeMs }, page);
}

test('DuckDB is loaded with the first table only', async () => {
  expect(duckdbLoaded()).toBe(false);
  await preview('first.csv', 'a\n1\n');
  expect(duckdbLoaded()).toBe(true);
});

test('a CSV: cells as they are written, NULL for nothing, types beside', async () => {
  expect(await preview('we\'re [1]*? "x" 🎉.csv', 'id,price,name\n007,1.10,"a, ""b"""\n8,,\n')).toEqual({
    columns: [
      { name: 'id', type: 'VARCHAR' },
      { name: 'price', type: 'DOUBLE' },
      { name: 'name', type: 'VARCHAR' },
    ],
    rows: [
      ['007', '1.10', 'a, "b"'],
      ['8', null, null],
    ],
    total: 2,
  });
});

test('all-text CSVs keep their header; semicolons, tabs and one column', async () => {
  expect((await preview('t.csv', 'name;city\nbob;rome\n')).columns.map((column) => column.name)).toEqual([
    'name',
    'city',
  ]);
  expect(await preview('t.tsv', 'name\tcity, or so\nbob\trome\n')).toMatchObject({
    columns: [{ name: 'name' }, { name: 'city, or so' }],
    rows: [['bob', 'rome']],
  });
  expect(await preview('one.csv', 'name\nbob\nal\n')).toMatchObject({ columns: [{ name: 'name' }], total: 2 });
  expect(await preview('header.csv', 'a,b\n')).toMatchObject({ rows: [], total: 0 });
});

test('pages', async () => {
  const content = `n\n${Array.from({ length: 5000 }, (_, i) => i).join('\n')}\n`;
  expect(await preview('p.csv', content, { offset: 2500, limit: 2 })).toMatchObject({
    rows: [['2500'], ['2501']],
    total: 5000,
  });
  expect(await preview('p.csv', null, { offset: 9999, limit: 2 })).toMatchObject({ rows: [], total: 5000 });
});

test('JSON lines with nested and missing values', async () => {
  expect(await preview('x.jsonl', '{"a":1,"b":{"c":[1,2]}}\n{"a":null,"d":"x"}\n')).toMatchObject({
    columns: [{ name: 'a' }, { name: 'b' }, { name: 'd' }],
    rows: [
      ['1', expect.stringContaining('[1, 2]'), null],
      [null, null, 'x'],
    ],
    total: 2,
  });
});

test('Parquet', async () => {
  // written by DuckDB 1.5: select 1::BIGINT as a, 'x' as b union all select NULL, 'y'
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  const path = join(folder, 'x.parquet');
  await db.run(
    `COPY (SELECT 1::BIGINT AS a, 'x' AS b UNION ALL SELECT NULL, 'y') TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`,
  );
  db.closeSync();
  expect(await preview('x.parquet', null)).toEqual({
    columns: [
      { name: 'a', type: 'BIGINT' },
      { name: 'b', type: 'VARCHAR' },
    ],
    rows: [
      ['1', 'x'],
      [null, 'y'],
    ],
    total: 2,
  });
});

test.each([
  ['ragged.csv', 'a,b\n1,2\n1,2,3,4\n', /as many cells/],
  ['binary.csv', Buffer.from([97, 44, 98, 10, 255, 254, 44, 128, 10]), /utf-8/i],
  ['open.csv', 'a,b\n1,2\n"3,4\n5,6\n', /cannot be shown as a table/],
  ['broken.jsonl', '{"a":1}\n{"a":\n', /cannot be shown as a table/],
  ['fake.parquet', 'PAR1 not really', /cannot be shown as a table/],
  ['x.exe', 'MZ', /Only CSV/],
])('%s is refused with a sentence that names no path', async (name, content, message) => {
  const error = await preview(name, content).then(
    () => null,
    (thrown: unknown) => thrown as Error & { code: string },
  );
  expect(error).toMatchObject({ code: 'BAD_REQUEST', message: expect.stringMatching(message) });
  expect(error!.message).not.toContain(tmpdir());
  expect(error!.message).toMatch(/text|Only/);
});

test('an empty file is an empty table', async () => {
  expect(await preview('empty.csv', '')).toEqual({ columns: [], rows: [], total: 0 });
});

test('a huge cell is cut', async () => {
  expect((await preview('huge.csv', `a\n${'x'.repeat(100_000)}\n`)).rows[0]![0]).toHaveLength(10_000);
});
