import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { diffPaths } from './diff.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-retyped-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function diffOf(old: string, now: string) {
  const write = (name: string, text: string): { file: string; name: string } => {
    writeFileSync(join(folder, name), text);
    return { file: join(folder, name), name };
  };
  const diff = await diffPaths(write('old.csv', old), write('now.csv', now));
  if (diff.kind !== 'table') throw new Error('no table');
  return { columns: Object.fromEntries(diff.columns.map((column) => [column.name, column])), findings: diff.findings };
}

const rows = (cell: (i: number) => string): string =>
  Array.from({ length: 30 }, (_, i) => `${i},${cell(i)}\n`).join('');

it('loses no value where what was no number stood in a removed row, however the numbers were written', async () => {
  const written = (i: number): string => (i === 0 ? '40' : i === 1 ? '39.10' : i === 2 ? '1e3' : `${30 + i}.5`);
  const { columns, findings } = await diffOf(
    `id,bill\n${rows(written)}99,NA\n`,
    `id,bill\n${rows(written)}100,12.5\n101,13.5\n`,
  );
  expect(columns.bill).toMatchObject({
    status: 'retyped',
    typeBefore: 'VARCHAR',
    typeAfter: 'DOUBLE',
    lost: 0,
    lossless: true,
  });
  expect(findings).toContainEqual(
    expect.objectContaining({
      code: 'widened_by_cells',
      message: 'bill: was text instead of number for "NA" in row 31.',
    }),
  );
});

it('counts the values of matched rows that the new type cannot hold', async () => {
  const { columns } = await diffOf(
    `id,bill,zip\n${rows((i) => `${i < 3 ? 'NA' : `${i}.5`},${i < 2 ? `0${i}` : `1${i}`}x`)}`,
    `id,bill,zip\n${rows((i) => `${i}.5,${i < 2 ? `0${i}` : `1${i}`}x`)}`,
  );
  expect(columns.bill).toMatchObject({ status: 'retyped', lost: 3, lossless: false });
  expect(columns.zip).toMatchObject({ status: 'same' });
  expect(columns.zip).not.toHaveProperty('lost');
});

it('takes leading zeros for a loss', async () => {
  const { columns } = await diffOf(
    `id,zip\n${rows((i) => (i < 4 ? `0${i + 10}` : `${i + 10}`))}`,
    `id,zip\n${rows((i) => `${i + 10}`)}`,
  );
  expect(columns.zip).toMatchObject({ typeBefore: 'VARCHAR', typeAfter: 'BIGINT', lost: 4, lossless: false });
});
