import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { columnDrifts } from './column-drift.ts';
import { type Tally, wassersteinNormed } from './drift-tests.ts';
import { type KeptTable, keepTableDiff } from './kept-table.ts';

const ROWS = 3000;
let folder: string;
let table: KeptTable;

/** `x` numbers, `few` four of them, `c` categories, `day` dates, `words` texts of many values, `gone` and `fresh` on one side, `na` numbers of which a few are `NA` before. */
const before = (i: number): string =>
  `${i},${(i * 37) % 1009},${i % 4},${'abc'[i % 3]},2024-01-${String((i % 28) + 1).padStart(2, '0')},${'w'.repeat((i % 9) + 1)}${i},1,${i % 100 ? i % 50 : i ? 'NA' : ''},${i % 5 ? i % 50 : 'NA'}`;
const after = (i: number): string =>
  `${i},${((i * 37) % 1009) + 400},${i % 5 ? 1 : 2},${i % 10 ? 'a' : ''},2024-03-${String((i % 28) + 1).padStart(2, '0')},${'w'.repeat((i % 9) + 1)}${i},,2,${i % 50},${i % 50}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-drift-'));
  const write = (name: string, header: string, of: (i: number) => string): { file: string; name: string } => {
    const file = join(folder, name);
    writeFileSync(file, `${header}\n${Array.from({ length: ROWS }, (_, i) => `${of(i)}\n`).join('')}`);
    return { file, name };
  };
  const old = write('old.csv', 'id,x,few,c,day,words,gone,na,mixed', before);
  const now = write('now.csv', 'id,x,few,c,day,words,empty,fresh,na,mixed', after);
  table = await keepTableDiff({ old, now, sameBytes: false }, { key: ['id'] });
});
afterAll(async () => {
  await table.close();
  await rm(folder, { recursive: true, force: true });
});

const driftOf = async (column: string) => (await table.exclusive((open) => columnDrifts(open, [column])))[0]!;
const total = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

it('measures numbers of many rows by their Wasserstein distance, over the same bins', async () => {
  const x = Array.from({ length: ROWS }, (_, i) => (i * 37) % 1009);
  const values = [...new Set([...x, ...x.map((value) => value + 400)])].sort((a, b) => a - b);
  const count = (of: (value: number) => number): number[] =>
    values.map((value) => x.filter((one) => of(one) === value).length);
  const tally: Tally = { values, before: count((value) => value), after: count((value) => value + 400) };
  const { drift, spread, before: stats } = await driftOf('x');
  expect(drift).toMatchObject({
    test: 'Wasserstein distance (normed)',
    scale: 'distance',
    threshold: 0.1,
    drifted: true,
  });
  expect(drift!.score).toBeCloseTo(wassersteinNormed(tally), 9);
  expect(stats).toMatchObject({ rows: ROWS, nulls: 0, min: '0', max: '1008' });
  if (spread?.kind !== 'numeric') throw new Error('no numbers');
  expect([total(spread.before), total(spread.after)]).toEqual([ROWS, ROWS]);
  expect(spread.edges).toHaveLength(spread.before.length + 1);
  expect([spread.edges[0], spread.edges.at(-1)! >= 1408]).toEqual([0, true]);
});

it('takes few numbers and texts of few values as categories, NULL not among them', async () => {
  expect((await driftOf('few')).drift).toMatchObject({ test: 'Jensen–Shannon distance', drifted: true });
  const { drift, spread, after: stats } = await driftOf('c');
  expect(drift).toMatchObject({ test: 'Jensen–Shannon distance', scale: 'distance' });
  expect(stats?.nulls).toBe(300);
  expect(spread).toEqual({
    kind: 'category',
    values: ['a', 'b', 'c'],
    before: [1000, 1000, 1000],
    after: [2700, 0, 0],
    otherBefore: 0,
    otherAfter: 0,
  });
});

it('takes times as numbers, and texts of many values by their length', async () => {
  const day = await driftOf('day');
  expect(day.spread).toMatchObject({ kind: 'time' });
  expect(day.spread?.kind === 'time' && day.spread.edges[0]).toBe(Date.UTC(2024, 0, 1));
  expect(day.drift).toMatchObject({ test: 'Wasserstein distance (normed)', drifted: true });
  const words = await driftOf('words');
  expect(words.spread).toMatchObject({ kind: 'text' });
  expect(words.drift).toMatchObject({
    test: 'Wasserstein distance (normed) of text lengths',
    score: 0,
    drifted: false,
  });
});

it('says nothing about drift where a side has no column or no value', async () => {
  expect(await driftOf('gone')).toMatchObject({ before: { rows: ROWS }, after: null, drift: null });
  expect(await driftOf('fresh')).toMatchObject({ before: null, after: { rows: ROWS }, drift: null });
  expect(await driftOf('empty')).toMatchObject({ after: { nulls: ROWS }, drift: null });
});

it('takes a text that is numbers but for a few cells as numbers when it became a column of numbers, and tells NULL and "NA" apart', async () => {
  const { drift, spread, before, after } = await driftOf('na');
  expect(drift).toMatchObject({ test: 'Wasserstein distance (normed)', drifted: false });
  if (spread?.kind !== 'numeric') throw new Error('no numbers');
  expect(spread.edges[0]).toBe(0);
  expect([total(spread.before), total(spread.after)]).toEqual([ROWS - 30, ROWS]);
  expect(before).toMatchObject({ nulls: 1, notNumbers: { count: 29, values: ['NA'] }, min: '0', max: '49' });
  expect(after).toMatchObject({ nulls: 0, notNumbers: { count: 0, values: [] }, mean: 24.5 });
  expect((await driftOf('mixed')).spread).toMatchObject({ kind: 'category' });
});
