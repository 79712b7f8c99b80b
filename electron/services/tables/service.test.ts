import { mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnProfile } from '../../../shared/contract/tables.ts';
import { withDuckDb } from '../duckdb/open.ts';
import { createTables } from './service.ts';

const ROWS = 1_000_000;
const folder = mkdtempSync(join(tmpdir(), 'assay tables [1] '));
const spill = join(folder, 'spill');
let located = 0;
const tables = createTables({
  folder: spill,
  locate: async ({ side }) => {
    if (side.kind !== 'file') throw new Error('only files here');
    located++;
    const { size } = statSync(side.file);
    const name = basename(side.file);
    return { kind: 'file', file: side.file, name, label: name, hash: null, size, commit: null };
  },
});

const on = (name: string) => ({ project: 'p', side: { kind: 'file' as const, file: join(folder, name) } });
const page = (name: string, view: Partial<Parameters<typeof tables.page>[0]> = {}, signal?: AbortSignal) =>
  tables.page({ ...on(name), condition: '', search: '', sort: null, offset: 0, limit: 100, ...view }, signal);
const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const profiles = async (name: string, condition = ''): Promise<Record<string, ColumnProfile>> => {
  const all: ColumnProfile[] = [];
  for await (const some of tables.profile({ ...on(name), condition })) all.push(...some);
  return Object.fromEntries(all.map((one) => [one.name, one]));
};

beforeAll(async () => {
  const file = join(folder, 'big.parquet');
  await withDuckDb({ memory: '1GB', paths: [file] }, (db) =>
    db.run(`COPY (SELECT range AS id, (range * 7919) % 1000 AS bucket, 'name ' || range AS name,
      CASE WHEN range % 4 = 0 THEN NULL ELSE range / 4.0 END AS part,
      TIMESTAMP '2024-01-01' + to_seconds(range) AS seen, range % 2 = 0 AS even FROM range(${ROWS}))
      TO '${file}' (FORMAT parquet)`),
  );
});

afterAll(async () => {
  await tables.dispose();
  expect(readdirSync(spill)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

describe('a million rows of Parquet', () => {
  it('opens with its columns and rows', async () => {
    const info = await tables.open(on('big.parquet'));
    expect(info).toMatchObject({ format: 'parquet', rows: ROWS, findings: [] });
    expect(info.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'id BIGINT',
      'bucket BIGINT',
      'name VARCHAR',
      'part DOUBLE',
      'seen TIMESTAMP',
      'even BOOLEAN',
    ]);
  });

  it('gives any page, with row numbers of the file', async () => {
    const { total, rows } = await page('big.parquet', { offset: 712_345, limit: 3 });
    expect(total).toBe(ROWS);
    expect(rows.map(({ row, cells }) => [row, cells[0], cells[2]])).toEqual([
      [712_345, '712345', 'name 712345'],
      [712_346, '712346', 'name 712346'],
      [712_347, '712347', 'name 712347'],
    ]);
    expect((await page('big.parquet', { offset: ROWS - 1 })).rows).toHaveLength(1);
    expect((await page('big.parquet', { offset: ROWS + 5 })).rows).toEqual([]);
  });

  it('gives only the columns that are asked for, in that order', async () => {
    const { rows } = await page('big.parquet', { columns: ['name', 'gone', 'id'], limit: 1 });
    expect(rows[0]!.cells).toEqual(['name 0', null, '0']);
  });

  it('filters by a condition, searches and sorts, all at once', async () => {
    const filtered = await page('big.parquet', { condition: `id >= 500000 AND part IS NULL`, offset: 100, limit: 2 });
    expect(filtered.total).toBe(125_000);
    expect(filtered.rows.map(({ row }) => row)).toEqual([500_400, 500_404]);

    const found = await page('big.parquet', { search: 'NAME 99999' });
    expect(found.total).toBe(11);
    const all = await page('big.parquet', {
      search: 'name 99999',
      condition: 'even',
      sort: { column: 'id', desc: true },
    });
    expect(all.rows.map(({ row }) => row)).toEqual([999_998, 999_996, 999_994, 999_992, 999_990]);
  });

  it('sorts so that every page fits the next, before and after the rows are copied in that order', async () => {
    const sort = { column: 'bucket', desc: true };
    const first = await page('big.parquet', { sort, offset: 999, limit: 3 });
    expect(first.rows.map(({ cells }) => cells[1])).toEqual(['999', '998', '998']);
    const places = async () => (await page('big.parquet', { sort, offset: 500_000, limit: 200 })).rows;
    const before = await places();
    expect(before.map(({ row }) => row)).toEqual(before.map(({ row }) => row).toSorted((a, b) => a - b));
    expect(await places()).toEqual(before);
    const nulls = await page('big.parquet', { sort: { column: 'part', desc: true }, offset: ROWS - 1 });
    expect(nulls.rows[0]!.cells[3]).toBeNull();
  });

  it('profiles every column', async () => {
    const { id, name, part, seen, even, bucket } = await profiles('big.parquet');
    expect(id).toMatchObject({ rows: ROWS, nulls: 0, distinct: ROWS, distinctExact: true, min: '0', max: '999999' });
    expect(id!.mean).toBeCloseTo(499_999.5);
    expect(id!.spread!.counts.reduce((sum, n) => sum + n, 0)).toBe(ROWS);
    expect(part).toMatchObject({ nulls: ROWS / 4 });
    expect(part!.quantiles).toHaveLength(5);
    expect(name!.spread).toMatchObject({ kind: 'text' });
    expect(seen!.spread).toMatchObject({ kind: 'time', edges: expect.arrayContaining([Date.UTC(2024, 0, 1)]) });
    expect(even!.spread).toEqual({
      kind: 'category',
      values: ['false', 'true'],
      counts: [ROWS / 2, ROWS / 2],
      other: 0,
    });
    expect(bucket!.sd).toBeCloseTo(288.675, 2);
    const only = tables.profile({ ...on('big.parquet'), condition: '', columns: ['even', 'gone'] });
    expect((await only.next()).value?.map(({ name: own }) => own)).toEqual(['even']);
    expect((await only.next()).done).toBe(true);
    const some = await profiles('big.parquet', 'id < 10');
    expect(some.id).toMatchObject({ rows: 10, distinct: 10, max: '9' });
    expect(some.id!.spread).toMatchObject({ counts: Array(10).fill(1) });
  });

  it('stops when nobody wants it any more, and works on', async () => {
    const abort = new AbortController();
    const gone = page(
      'big.parquet',
      { condition: `md5(name) LIKE 'ab%'`, sort: { column: 'name', desc: false } },
      abort.signal,
    );
    abort.abort();
    await expect(gone).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await page('big.parquet', { condition: `md5(name) LIKE 'abcd%'` })).total).toBeGreaterThan(0);
    const quit = new AbortController();
    const stream = tables.profile({ ...on('big.parquet'), condition: '' }, quit.signal);
    const some = stream.next();
    quit.abort();
    await expect(some).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('gives somebody else what the first one gave up', async () => {
    const abort = new AbortController();
    const view = { condition: `md5(name) LIKE 'ba%'` };
    const first = page('big.parquet', view, abort.signal);
    const second = page('big.parquet', view);
    abort.abort();
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await second).total).toBeGreaterThan(0);
  });
});

describe('conditions', () => {
  it.each([
    ['id > ', 'ends too early'],
    ['id >> > 3', 'something is wrong at ">>"'],
    ['id > > 3', 'something is wrong at'],
    ['idd > 3', 'no column idd; did you mean id'],
    [`name = "Ada"`, 'no column Ada; did you mean'],
    [`name = "Ada"`, 'A text stands in single quotes.'],
    [`name > 3 AND sqr(id) = 3`, 'no function sqr'],
    [`id > 'many'`, `the text 'many' is no number`],
    ['sum(id) > 3', 'aggregate'],
    ['sum(id) OVER () > 3', 'window function'],
    ['id = (SELECT max(id) FROM source)', 'query of its own'],
    [`EXISTS (FROM read_text('/etc/passwd'))`, 'query of its own'],
    ['id = 1; DROP TABLE source', 'something is wrong at'],
    ['id = 1) UNION SELECT 1 FROM source WHERE (true', 'something is wrong at "UNION'],
    ['id = 1)) UNION SELECT 1 FROM source WHERE ((true', 'one expression'],
    ['id = 1)) GROUP BY ((1', 'one expression'],
    ['id = 1)) LIMIT ((1', 'one expression'],
    ['id = 1)) USING SAMPLE (3', 'ends too early'],
    ['id = 1)) USING SAMPLE ((3', 'wrong'],
    ['id = ?', 'placeholder'],
    ['#1 = 3', 'by its place'],
    [`COLUMNS('i.*') > 3`, 'a *'],
    [`getenv('HOME') = 'x'`, 'not for conditions'],
    [`current_setting('memory_limit') = 'x'`, 'not for conditions'],
    ['/* id = 1', 'wrong at'],
  ])('refuses %j in one sentence', async (condition, why) => {
    const refused = await page('big.parquet', { condition }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'BAD_REQUEST', data: { field: 'condition' } });
    expect((refused as Error).message).toContain(why);
    expect((refused as Error).message).not.toContain('\n');
    expect((refused as Error).message).not.toContain(folder);
    await expect(profiles('big.parquet', condition)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('takes what SQL can say of a row', async () => {
    const total = async (condition: string) => (await page('big.parquet', { condition })).total;
    expect(await total(`id BETWEEN 10 AND 19 AND name ILIKE '%1_' -- a remark`)).toBe(10);
    expect(await total(`CASE WHEN even THEN id < 10 ELSE false END`)).toBe(5);
    expect(await total(`seen < '2024-01-01 00:01:00'`)).toBe(60);
    expect(await total('id < 5) OR (id >= 999999')).toBe(6);
    expect(await total(`list_contains([1, 2, 3], id)`)).toBe(3);
  });
});

it('keeps NULL, empty text and NA apart, and leading zeros', async () => {
  put('small.csv', 'code,note,n\n007,,1\n008,"",2\n009,NA,3\n');
  const info = await tables.open(on('small.csv'));
  expect(info.columns.map(({ type }) => type)).toEqual(['VARCHAR', 'VARCHAR', 'BIGINT']);
  const { rows } = await page('small.csv');
  expect(rows.map(({ cells }) => cells)).toEqual([
    ['007', null, '1'],
    ['008', '', '2'],
    ['009', 'NA', '3'],
  ]);
  expect((await page('small.csv', { condition: 'note IS NULL' })).total).toBe(1);
  expect((await page('small.csv', { condition: `note = ''` })).total).toBe(1);
  expect((await page('small.csv', { condition: 'n >= 2' })).total).toBe(2);
});

it('reads a table of 1,000 columns, names that differ in case alone, and long cells', async () => {
  const names = Array.from({ length: 1000 }, (_, i) => `c ${i}`);
  put('wide.csv', `${names.join()},X,x\n${names.map((_, i) => i).join()},${'é😀'.repeat(400)},small\n`);
  const { rows } = await page('wide.csv', { columns: ['c 999', 'X', 'x'] });
  expect(rows[0]!.cells).toEqual(['999', `${'é😀'.repeat(250)}…`, 'small']);
  expect((await tables.cell({ ...on('wide.csv'), row: 0, column: 'X' })).value).toBe('é😀'.repeat(400));
  expect((await page('wide.csv', { search: 'SMALL' })).total).toBe(1);
  await expect(tables.cell({ ...on('wide.csv'), row: 1, column: 'X' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('says what the file itself has', async () => {
  put('odd.csv', '\uFEFFa,a\n1,2\n3\n');
  expect((await tables.open(on('odd.csv'))).findings.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['bom', 'ragged_rows', 'duplicate_headers']),
  );
  put('nothing.csv', '');
  expect(await tables.open(on('nothing.csv'))).toMatchObject({ rows: 0, columns: [] });
  expect(await page('nothing.csv')).toEqual({ total: 0, rows: [] });
  expect(await profiles('nothing.csv')).toEqual({});
});

it('reads JSON lines with nested fields', async () => {
  put('a.jsonl', '{"id": 1, "user": {"name": "Ada"}}\n{"id": 2, "user": {"name": null}, "late": [1, 2]}\n');
  const { rows } = await page('a.jsonl');
  expect(rows.map(({ cells }) => cells)).toEqual([
    ['1', 'Ada', null],
    ['2', null, '[1, 2]'],
  ]);
  expect((await page('a.jsonl', { condition: `"user.name" = 'Ada'` })).total).toBe(1);
  expect((await profiles('a.jsonl')).late).toMatchObject({ nulls: 1, spread: null });
});

it('sees a file that was replaced while it was open', async () => {
  put('moving.csv', 'a\n1\n');
  expect((await page('moving.csv')).rows[0]!.cells).toEqual(['1']);
  put('next.csv', 'a\n2\n3\n');
  renameSync(join(folder, 'next.csv'), join(folder, 'moving.csv'));
  expect(await page('moving.csv')).toMatchObject({ total: 2, rows: [{ cells: ['2'] }, { cells: ['3'] }] });
  rmSync(join(folder, 'moving.csv'));
  await expect(page('moving.csv')).rejects.toThrow();
});

it('finds the place of a side once, and keeps few tables open', async () => {
  for (const name of ['k1.csv', 'k2.csv', 'k3.csv', 'k4.csv', 'k5.csv']) {
    put(name, 'a\n1\n');
    await page(name);
  }
  expect(tables.size).toBeLessThanOrEqual(3);
  const before = located;
  await page('k5.csv');
  await page('k1.csv');
  expect(located).toBe(before);
});

it('gives pages of more tables at once than stay open', async () => {
  const names = Array.from({ length: 7 }, (_, i) => `many${i}.csv`);
  for (const [i, name] of names.entries()) put(name, `a\n${i}\n`);
  const pages = await Promise.all(names.map((name) => page(name, { sort: { column: 'a', desc: true } })));
  expect(pages.map(({ rows }) => rows[0]!.cells[0])).toEqual(names.map((_, i) => String(i)));
  expect(tables.size).toBe(3);
});

it('says that something is no table', async () => {
  put('a.txt', 'x');
  await expect(tables.open(on('a.txt'))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  put('broken.parquet', 'not parquet');
  const broken = await tables.open(on('broken.parquet')).catch((error: unknown) => error);
  expect(broken).toMatchObject({ code: 'BAD_REQUEST' });
  expect((broken as Error).message).toContain('broken.parquet cannot be read');
});
