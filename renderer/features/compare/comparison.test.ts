import { expect, test } from 'vitest';
import type { RunRow } from '../../../shared/contract/runs.ts';
import { comparedRows, comparisonCsv, delta, parseRunIds, shownRows } from './comparison.ts';

function run(name: string, more: Partial<RunRow>): RunRow {
  return {
    id: name.padStart(32, '0'),
    name,
    experiment: 'default',
    status: 'finished',
    source: 'sdk',
    command: ['python', 'train.py'],
    group: null,
    parent: null,
    starred: false,
    color: null,
    createdAt: 0,
    startedAt: 0,
    endedAt: 0,
    lastSeenAt: 0,
    deletedAt: null,
    exitCode: 0,
    signal: null,
    error: null,
    note: '',
    git: null,
    gpus: [],
    peakMemoryBytes: null,
    artifactCount: 0,
    seq: 0,
    params: {},
    tags: {},
    metrics: {},
    ...more,
  };
}

const summary = { last: 0.3, min: 0.1, max: 0.9, step: 10, count: 11 };
const RUNS = [
  run('a', { params: { lr: 0.1, seed: 1 }, metrics: { loss: summary, 'system/cpu_percent': summary }, endedAt: 5000 }),
  run('b', { params: { lr: 0.2, seed: 1 }, metrics: { loss: { ...summary, last: 0.2 } }, endedAt: 5000 }),
];
const duration = (one: RunRow) => one.endedAt;

test('metrics by the chosen value, without system use, with the duration', () => {
  const last = comparedRows(RUNS, 'last', duration);
  expect(last.find((row) => row.key === 'loss')).toMatchObject({ values: [0.3, 0.2], differs: true });
  expect(last.at(-1)).toMatchObject({ key: 'duration', values: [5000, 5000], differs: false });
  expect(last.some((row) => row.key.startsWith('system/'))).toBe(false);
  expect(comparedRows(RUNS, 'max', duration).find((row) => row.key === 'loss')).toMatchObject({
    values: [0.9, 0.9],
    differs: false,
  });
});

test('only differences, and search in keys and values', () => {
  const rows = comparedRows(RUNS, 'last', duration);
  expect(shownRows(rows, true, '').map((row) => row.key)).toEqual(['lr', 'loss']);
  expect(shownRows(rows, false, 'SEED').map((row) => row.key)).toEqual(['seed']);
  expect(shownRows(rows, false, 'train.py').map((row) => row.key)).toEqual(['command']);
});

test('differences to the baseline', () => {
  expect(delta(3, 2)).toEqual({ difference: 1, ratio: 0.5 });
  expect(delta(-1, -2)).toEqual({ difference: 1, ratio: 0.5 });
  expect(delta(1, 0)).toEqual({ difference: 1, ratio: null });
  for (const [a, b] of [
    [2, 2],
    ['a', 1],
    [Number.NaN, 1],
    [Number.POSITIVE_INFINITY, 1],
    [null, 1],
  ])
    expect(delta(a, b)).toBeNull();
});

test('ids of the address', () => {
  const [a, b] = ['a'.repeat(32), 'b'.repeat(32)];
  expect(parseRunIds(`${b},${a},${b},x,`)).toEqual([b, a]);
  expect(parseRunIds(undefined)).toEqual([]);
  expect(parseRunIds(Array.from({ length: 60 }, (_, i) => i.toString(16).padStart(32, '0')).join(','))).toHaveLength(
    50,
  );
});

test('CSV keeps every digit and is safe to open', () => {
  const rows = [
    { kind: 'metric' as const, key: 'loss', values: [0.1 + 0.2, -1], differs: true },
    { kind: 'tag' as const, key: 'note, "x"', values: ['=cmd()', null], differs: true },
  ];
  expect(
    comparisonCsv(
      [
        { name: 'a', id: '1' },
        { name: '-b', id: '2' },
      ],
      rows,
    ).split('\r\n'),
  ).toEqual(["kind,key,a,'-b", 'run,id,1,2', 'metric,loss,0.30000000000000004,-1', 'tag,"note, ""x""",\'=cmd(),', '']);
});
