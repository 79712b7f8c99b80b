import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffPaths } from '../diff.ts';
import type { DiffOptions, TableDiff } from '../types.ts';
import { CASES, type CaseSide, largeCases, writeSide } from './cases.ts';

const LINE_BYTES = 64 << 20;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-torture-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function diffOf(at: string, before: CaseSide, after: CaseSide, options: DiffOptions = {}): Promise<TableDiff> {
  const old = await writeSide(join(folder, at, 'before'), before);
  const now = await writeSide(join(folder, at, 'after'), after);
  const diff = await diffPaths(old, now, options);
  if (diff.kind !== 'table') throw new Error(`a ${diff.kind}`);
  return diff;
}

describe('torture set', () => {
  for (const [i, { name, before, after, options, expected }] of [...CASES, ...largeCases(LINE_BYTES)].entries()) {
    it(name, { timeout: 300_000 }, async () => {
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

  it('one line of JSON of 64 MB', { timeout: 120_000 }, async () => {
    const rows = Array.from({ length: 1000 }, (_, id) => ({ id, text: 'x'.repeat(64 << 10) }));
    const before = JSON.stringify(rows);
    rows[500]!.text = 'other';
    const diff = await diffOf('json', { file: 'a.json', text: before }, { file: 'b.json', text: JSON.stringify(rows) });
    expect(diff.rows).toMatchObject({ changed: 1, unchanged: 999, added: 0, removed: 0 });
  });

  it('more columns than a table can have is an answer, not a crash', async () => {
    const wide = await writeSide(join(folder, 'cells'), { file: 'a.csv', text: 'a,'.repeat(1_000_000) });
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
    const good = await writeSide(folder, { file: 'good.csv', text: 'a,b\n1,2\n' });
    await expect(diffPaths(bad, good)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringMatching(message),
    });
  });
});
