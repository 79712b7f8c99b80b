import { describe, expect, test } from 'vitest';
import type { ColumnDrift } from '../../../../shared/contract/diffs.ts';
import { columnDiff, tableDiff } from '../testing.ts';
import {
  byImpact,
  columnFacts,
  driftWords,
  exactTypes,
  matchedRows,
  patternWords,
  schemaChange,
  signed,
} from './impact.ts';

const stats = (mean: number, distinct: number) => ({
  rows: 10,
  nulls: 0,
  distinct,
  distinctExact: true,
  min: '0',
  max: '9',
  mean,
  sd: 1,
  quantiles: null,
});

test('columns with the most changes come first, then changed schema, then the order of the table', () => {
  expect(byImpact(tableDiff().columns).map((column) => column.name)).toEqual([
    'price',
    'city',
    'country',
    'rating',
    'id',
  ]);
});

test('cells can change only in rows that both sides have', () => {
  expect(matchedRows(tableDiff())).toBe(99_997);
});

test('differences carry their sign', () => {
  expect([signed(1204), signed(-3), signed(0), signed(0.5)]).toEqual(['+1,204', '−3', '0', '+0.5']);
});

describe('facts of a column', () => {
  test('an estimate that is a little off says nothing, and neither does a mean that reads the same', () => {
    const before = { ...stats(499.41, 10_000), distinctExact: false };
    const drift: ColumnDrift = {
      column: 'a',
      before,
      after: { ...before, distinct: 9700, mean: 499.4101 },
      spread: null,
      drift: null,
    };
    expect(columnFacts(columnDiff('a'), drift)).toEqual([]);
  });

  test('only what moved is said', () => {
    const same: ColumnDrift = { column: 'a', before: stats(5, 3), after: stats(5, 3), spread: null, drift: null };
    expect(columnFacts(columnDiff('a'), same)).toEqual([]);
    const moved = { ...same, after: { ...stats(6.5, 4), distinctExact: false } };
    expect(columnFacts(columnDiff('a', { nullsAfter: 12 }), moved).map(({ name, text }) => `${name} ${text}`)).toEqual([
      'nulls +12',
      'distinct ≈ +1',
      'mean 5 → 6.5',
    ]);
  });
});

test('a drift score names its test and its bound', () => {
  const drift = { test: 'Kolmogorov–Smirnov test', score: 0.0123456, threshold: 0.05, drifted: true };
  expect(driftWords({ ...drift, scale: 'p-value' })).toBe(
    'Kolmogorov–Smirnov test: p = 0.0123, drifted at 0.05 or less',
  );
  expect(driftWords({ ...drift, scale: 'distance' })).toContain('drifted at 0.05 or more');
});

test('schema changes in words', () => {
  expect(schemaChange(columnDiff('b', { status: 'renamed', renamedFrom: 'a' }))).toBe('from a');
  const retyped = columnDiff('b', { status: 'retyped', typeBefore: 'VARCHAR', typeAfter: 'DOUBLE' });
  expect(schemaChange({ ...retyped, lost: 0 })).toBe('text → number, no value lost');
  expect(schemaChange({ ...retyped, lost: 1204 })).toBe('text → number, 1,204 values lost');
  expect(schemaChange(retyped)).toBe('text → number');
  expect(exactTypes(retyped)).toBe('VARCHAR → DOUBLE');
});

test('a named pattern is said once', () => {
  expect(patternWords({ column: 'price', message: 'price: multiplied by 100 (199,995 cells).' })).toBe(
    'multiplied by 100',
  );
  expect(patternWords({ column: 'price', message: 'multiplied by 100' })).toBe('multiplied by 100');
});
