import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { VersionDiff } from '../../../../shared/contract/models.ts';
import { silentLog } from '../../../platform/log.ts';
import { createGit } from '../../git/service.ts';
import { definitionOf, registryOf } from '../testing.ts';
import { createVersionDiffs } from './service.ts';

const git = createGit({ log: silentLog });
const author = { name: 'Ada', email: 'ada@example.invalid' };
let root: string;
let first: string;
let second: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'assay-version-diff-'));
  await git.init(root);
  writeFileSync(join(root, 'train.py'), 'C = 1\n');
  first = (await git.commitAll(root, 'first', author))!;
  writeFileSync(join(root, 'train.py'), 'C = 2\n');
  second = (await git.commitAll(root, 'second', author))!;
});
afterAll(async () => {
  await git.dispose();
  rmSync(root, { recursive: true, force: true });
});

const code = (commit: string | null) => ({ commit, branch: 'main', dirty: false, remote: null });

function setUp(to: Parameters<typeof definitionOf>[0]) {
  const registry = registryOf([
    definitionOf({ code: code(first) }),
    definitionOf({ version: '1.1.0', code: code(second), ...to }),
  ]);
  const cards = {
    card: async (_: string, __: string, version: string) => ({
      markdown: `card of ${version}`,
      sections: [],
      stale: [],
      written: version === '1.1.0',
      file: '',
    }),
  };
  return createVersionDiffs({ registry, rootOf: () => root, git, cards }).diff('p', 'churn', '1.0.0', '1.1.0');
}

test('everything that differs, joined by name', async () => {
  const kind = { ...definitionOf().kind, parameters: 5, facts: [{ label: 'pickle protocol', value: '4' }] };
  const diff = await setUp({
    metrics: { accuracy: 0.95, auc: 0.9, loss: 0.1 },
    params: { C: 2, penalty: 'l2', extra: null },
    environment: { python: '3.12.4', packages: ['numpy==2.3.6', 'pandas==2.3.3'], os: 'Linux', gpus: [] },
    files: [{ path: 'model.pkl', size: 1, sha256: 'b'.repeat(64) }],
    data: [{ path: 'data/train.csv', role: 'train', hash: 'e'.repeat(32), size: 5000, version: 'v2' }],
    kind,
  });
  expect(VersionDiff.safeParse(diff).error).toBeUndefined();
  expect(diff.metrics).toEqual([
    { key: 'accuracy', from: 0.91, to: 0.95, delta: expect.closeTo(0.04) },
    { key: 'auc', from: null, to: 0.9, delta: null },
    { key: 'loss', from: 'NaN', to: 0.1, delta: null },
  ]);
  expect(diff.params).toEqual([
    { key: 'C', from: 1, to: 2, change: 'changed' },
    { key: 'extra', from: null, to: null, change: 'added' },
    { key: 'penalty', from: 'l2', to: 'l2', change: 'same' },
  ]);
  expect(diff.packages).toEqual([
    { name: 'numpy', from: '2.3.5', to: '2.3.6', change: 'changed' },
    { name: 'pandas', from: null, to: '2.3.3', change: 'added' },
    { name: 'scikit-learn', from: '1.7.2', to: null, change: 'removed' },
  ]);
  expect(diff.files.map(({ change }) => change)).toEqual(['changed']);
  expect(diff.data).toEqual([
    {
      path: 'data/train.csv',
      from: { hash: 'd'.repeat(32), version: 'v1' },
      to: { hash: 'e'.repeat(32), version: 'v2' },
      change: 'changed',
    },
  ]);
  expect(diff.facts).toEqual([
    { label: 'parameters', from: '4', to: '5' },
    { label: 'pickle protocol', from: '5', to: '4' },
  ]);
  expect(diff.code).toEqual({
    from: first,
    to: second,
    files: [{ path: 'train.py', change: 'changed', from: 'C = 1\n', to: 'C = 2\n' }],
    problem: null,
  });
  expect(diff.card).toEqual({ from: null, to: 'card of 1.1.0' });
});

test('code that cannot be compared says why', async () => {
  expect((await setUp({ code: code('9'.repeat(40)) })).code.problem).toBe(
    'This repository does not have the commit 99999999. Fetch it with git to compare the code.',
  );
  expect((await setUp({ code: null })).code.problem).toBe(
    'The second version has no commit recorded: its code cannot be compared.',
  );
});

test('data without a hash is never called the same', async () => {
  const data = [{ path: 'data/train.csv', role: null, hash: null, size: null, version: null }];
  expect((await setUp({ data })).data.map(({ change }) => change)).toEqual(['changed']);
});
