import { describe, expect, test } from 'vitest';
import { columnDiff, tableDiff } from '../testing.ts';
import { askedColumns, canComeFirst, changedFirst, keyColumns, shownColumns, usualWidth } from './grid-columns.ts';

const wide = tableDiff({
  columns: [
    columnDiff('id'),
    ...Array.from({ length: 200 }, (_, i) => columnDiff(`c${i}`, { changedCells: i % 50 === 0 ? 3 : 0 })),
  ],
});

describe('columns of the grid', () => {
  test('the key is frozen and not shown twice', () => {
    expect(keyColumns(tableDiff()).map((column) => column.name)).toEqual(['id']);
    expect(shownColumns(tableDiff(), undefined).map((column) => column.name)).toEqual([
      'price',
      'city',
      'country',
      'rating',
    ]);
  });
  test('a wide table begins with the columns that changed, and shows what was chosen', () => {
    expect(shownColumns(wide, undefined).map((column) => column.name)).toEqual(['c0', 'c50', 'c100', 'c150']);
    expect(shownColumns(wide, ['c7', 'c3']).map((column) => column.name)).toEqual(['c3', 'c7']);
  });
  test('columns that changed come before the others, each in the order of the table', () => {
    const columns = [
      columnDiff('a'),
      columnDiff('b', { changedCells: 1 }),
      columnDiff('c'),
      columnDiff('d', { changedCells: 9 }),
    ];
    expect(changedFirst(columns).map((column) => column.name)).toEqual(['b', 'd', 'a', 'c']);
    expect(canComeFirst(columns)).toBe(true);
    expect(canComeFirst(changedFirst(columns))).toBe(false);
  });
  test('there is room for the old value before the new one', () => {
    const changed = columnDiff('x', { changedCells: 1 });
    expect(usualWidth(changed, false)).toBeGreaterThan(usualWidth(columnDiff('x'), false));
  });
});

describe('columns asked for', () => {
  const names = Array.from({ length: 200 }, (_, i) => `c${i}`);
  test('all of a narrow table', () => {
    expect(askedColumns(50, ['id'], names.slice(0, 49), 0, 8)).toBeUndefined();
  });
  test('the shown ones of a wide table, and near the screen only when many are shown', () => {
    expect(askedColumns(5001, ['id'], ['c3'], 0, 0)).toEqual(['id', 'c3']);
    expect(askedColumns(5001, ['id'], names, 25, 41)).toEqual(['id', ...names.slice(20, 60)]);
  });
});
