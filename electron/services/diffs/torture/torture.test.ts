import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffPaths } from '../diff.ts';
import type { ColumnDiff, DiffOptions, TableDiff } from '../types.ts';
import cases from './cases.json' with { type: 'json' };

type Side = { file: string; text?: string; base64?: string; sql?: string; parquet?: string };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-torture-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function write(at: string, side: Side): Promise<string> {
  mkdirSync(at, { recursive: true });
  const path = join(at, side.file);
  if (side.sql !== undefined) {
    const instance = await DuckDBInstance.create(':memory:');
    const db = await instance.connect();
    await db.run(`COPY (${side.sql}) TO '${path}' (FORMAT parquet${side.parquet ? `, ${side.parquet}` : ''})`);
    db.closeSync();
    instance.closeSync();
    return path;
  }
  const bytes = side.base64 === undefined ? Buffer.from(side.text ?? '') : Buffer.from(side.base64, 'base64');
  const packed = path.endsWith('.gz') ? gzipSync(bytes) : path.endsWith('.zst') ? zstdCompressSync(bytes) : bytes;
  writeFileSync(path, packed);
  return path;
}

async function diffOf(at: string, before: Side, after: Side, options: DiffOptions = {}): Promise<TableDiff> {
  const old = await write(join(folder, at, 'before'), before);
  const now = await write(join(folder, at, 'after'), after);
  const diff = await diffPaths(old, now, options);
  if (diff.kind !== 'table') throw new Error(`a ${diff.kind}`);
  return diff;
}

describe('torture set', () => {
  for (const [i, { name, before, after, options, expected }] of (cases as unknown as Case[]).entries()) {
    it(name, async () => {
      const diff = await diffOf(String(i), before, after, options);
      expect(diff.rows).toMatchObject(expected.rows);
      expect({ verdict: diff.verdict, findings: diff.findings.map(({ code }) => code) }).toEqual({
        verdict: expected.verdict,
        findings: expected.findings,
      });
      expect(diff.key).toMatchObject(expected.key ?? {});
      const columns = Object.fromEntries(diff.columns.map((column) => [column.name, column]));
      expect(columns).toMatchObject(expected.columns);
      // what is counted adds up, whatever the case
      const { rows } = diff;
      expect(rows.before).toBe(rows.unchanged + rows.changed + rows.removed);
      expect(rows.after).toBe(rows.unchanged + rows.changed + rows.added);
    });
  }

  it('five thousand columns', { timeout: 300_000 }, async () => {
    const names = Array.from({ length: 5000 }, (_, i) => `c${i}`);
    const rows = Array.from({ length: 20 }, (_, row) => names.map((_, i) => String(i * 7 + row)));
    const text = (): string => `${[names, ...rows].map((row) => row.join(',')).join('\n')}\n`;
    const before = text();
    rows[1]![4321] = 'other';
    const diff = await diffOf('wide', { file: 'a.csv', text: before }, { file: 'b.csv', text: text() });
    expect(diff.rows).toMatchObject({ changed: 1, unchanged: 19, added: 0, removed: 0 });
    expect(diff.columns.filter(({ changedCells }) => changedCells > 0).map(({ name }) => name)).toEqual(['c4321']);
  });

  it('one line of 64 MB', { timeout: 120_000 }, async () => {
    const long = 'x'.repeat(64 << 20);
    const diff = await diffOf(
      'long',
      { file: 'a.csv', text: `id,v,w\n1,${long},"a ""b"""\n2,b,c\n` },
      { file: 'b.csv', text: `id,v,w\n1,"${long}y","a ""b"""\n2,b,c\n` },
    );
    expect(diff.rows).toMatchObject({ before: 2, after: 2, changed: 1, unchanged: 1 });
    expect(diff.columns.map(({ changedCells }) => changedCells)).toEqual([0, 1, 0]);
    expect(diff.findings.map(({ code }) => code)).toEqual(['long_cells', 'long_cells']);
  });

  it('a file that is one line of 64 MB', { timeout: 120_000 }, async () => {
    const long = 'x'.repeat(64 << 20);
    const diff = await diffOf('line', { file: 'a.csv', text: `a,${long}` }, { file: 'b.csv', text: `a,"${long}"\n` });
    expect(diff).toMatchObject({ verdict: 'identical_data', rows: { before: 0, after: 0 } });
    expect(diff.columns.map(({ status }) => status)).toEqual(['same', 'same']);
  });

  it('one line of JSON of 64 MB', { timeout: 120_000 }, async () => {
    const rows = Array.from({ length: 1000 }, (_, id) => ({ id, text: 'x'.repeat(64 << 10) }));
    const before = JSON.stringify(rows);
    rows[500]!.text = 'other';
    const diff = await diffOf('json', { file: 'a.json', text: before }, { file: 'b.json', text: JSON.stringify(rows) });
    expect(diff.rows).toMatchObject({ changed: 1, unchanged: 999, added: 0, removed: 0 });
  });

  it('more columns than a table can have is an answer, not a crash', async () => {
    const wide = await write(join(folder, 'cells'), { file: 'a.csv', text: 'a,'.repeat(1_000_000) });
    await expect(diffPaths(wide, wide)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('1,000,001 cells'),
    });
  });

  it.each([
    [
      'a quotation mark that is never closed',
      'a.csv',
      'a,b\n1,"2\n3,4\n',
      /a\.csv .*line 2.*quotation mark is never closed/,
    ],
    ['a Parquet file that is none', 'a.parquet', 'nonsense', /a\.parquet cannot be read as a table/],
    ['a torn line of JSON', 'a.jsonl', '{"a":1}\n{"a":', /a\.jsonl cannot be read as a table/],
    ['a gzip file that is none', 'a.csv.gz', '', /a\.csv\.gz cannot be read as a table/],
  ])('says what is wrong with %s', async (_, file, text, message) => {
    const bad = join(folder, file);
    writeFileSync(bad, file.endsWith('.gz') ? 'not packed' : text);
    const good = await write(folder, { file: 'good.csv', text: 'a,b\n1,2\n' });
    await expect(diffPaths(bad, good)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringMatching(message),
    });
  });
});

type Case = {
  name: string;
  before: Side;
  after: Side;
  options?: DiffOptions;
  expected: {
    verdict: string;
    rows: Partial<TableDiff['rows']>;
    key?: Partial<TableDiff['key']>;
    columns: Record<string, Partial<ColumnDiff>>;
    findings: string[];
  };
};
