import { expect, test } from 'vitest';
import { compareRuns } from './compare-runs.ts';
import type { RunRow } from './contract/runs.ts';

const run = (over: Partial<RunRow>): RunRow => ({
  id: 'a'.repeat(32),
  name: 'r',
  experiment: 'e',
  status: 'finished',
  source: 'sdk',
  command: ['python', 'x.py'],
  group: null,
  parent: null,
  starred: false,
  color: null,
  createdAt: 1,
  startedAt: 1,
  endedAt: 2,
  lastSeenAt: null,
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
  ...over,
});
const metric = (last: number) => ({ last, min: 0, max: 0, step: 0, count: 1 });

test('what differs, by kind and key in natural order', () => {
  const rows = compareRuns([
    run({
      params: { layer10: 1, layer9: 1, same: { a: 1, b: [2] } },
      metrics: { loss: metric(0.1), nan: metric(Number.NaN) },
      git: { commit: 'a', branch: 'main', dirty: false },
    }),
    run({
      params: { layer10: 2, same: { b: [2], a: 1 } },
      metrics: { loss: metric(0.2), nan: metric(Number.NaN) },
      git: { commit: 'b', branch: 'main', dirty: false },
      command: ['python', 'y.py'],
    }),
  ]);
  expect(rows.filter((row) => row.differs).map(({ kind, key, values }) => [kind, key, ...values])).toEqual([
    ['param', 'layer9', 1, null],
    ['param', 'layer10', 1, 2],
    ['metric', 'loss', 0.1, 0.2],
    ['git', 'commit', 'a', 'b'],
    ['run', 'command', 'python x.py', 'python y.py'],
  ]);
  expect(rows.filter((row) => !row.differs).map((row) => row.key)).toEqual([
    'same',
    'nan',
    'branch',
    'dirty',
    'exitCode',
    'experiment',
    'status',
  ]);
});

test('a number and its text are not the same, nor is nothing and false', () => {
  const rows = compareRuns([
    run({ params: { a: 1, b: false, __proto__x: 1 } }),
    run({ params: { a: '1', __proto__x: 1 } }),
  ]);
  expect(rows.filter((row) => row.differs).map((row) => row.key)).toEqual(['a', 'b']);
  expect(compareRuns([run({ params: { a: 1 } })]).every((row) => !row.differs)).toBe(true);
  expect(compareRuns([])).toEqual([]);
});
