import { expect, test } from 'vitest';
import type { VersionDiff } from '../../../shared/contract/models.ts';
import { changeCounts, verdictOf } from './change-counts.ts';

const same: VersionDiff = {
  from: '1.0.0',
  to: '1.1.0',
  metrics: [{ key: 'accuracy', from: 0.9, to: 0.9, delta: 0 }],
  params: [{ key: 'lr', from: 1, to: 1, change: 'same' }],
  packages: [],
  files: [],
  data: [],
  facts: [{ label: 'format', from: 'sklearn', to: 'sklearn' }],
  code: { from: null, to: null, files: [], problem: null },
  card: { from: null, to: null },
};

test('Two versions with the same content differ in nothing', () => {
  expect(verdictOf(changeCounts(same))).toBe('Nothing differs');
});

test('What differs is counted where it is shown, and said in one sentence', () => {
  const counts = changeCounts({
    ...same,
    metrics: [
      { key: 'accuracy', from: 0.9, to: 0.95, delta: 0.05 },
      { key: 'nan', from: 'NaN', to: 'NaN', delta: null },
    ],
    facts: [{ label: 'opset', from: '16', to: '17' }],
    data: [{ path: 'd.csv', from: { hash: 'a', version: null }, to: { hash: 'b', version: null }, change: 'changed' }],
    card: { from: null, to: '# Card' },
  });
  expect(counts).toEqual({ metrics: 1, params: 1, data: 1, code: 0, files: 0, card: 1 });
  expect(verdictOf(counts)).toBe('1 metric, 1 param, package or fact, 1 dataset and the card differ');
});

test('One thing differs', () => {
  expect(verdictOf({ metrics: 0, params: 0, data: 1, code: 0, files: 0, card: 0 })).toBe('1 dataset differs');
});
