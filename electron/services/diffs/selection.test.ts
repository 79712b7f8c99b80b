import { expect, it } from 'vitest';
import { ADDED, CHANGED, type MergedOrder, mergedOrder, placeAt, positionOfAfter, REMOVED } from './merged-order.ts';
import { around, everything, indexOf, itemsOf, positionOf, type Selection, without } from './selection.ts';

const shown = (selection: Selection, offset = 0, limit = 1000): string =>
  itemsOf(selection, offset, limit)
    .map((item) => (item.kind === 'gap' ? `(${item.skipped})` : item.position))
    .join(' ');

it('shows rows around changes with gaps between, the same page by page', () => {
  const selection = around(Uint32Array.of(3, 4, 9, 20), 1, 30);
  const all = '(2) 2 3 4 5 (2) 8 9 10 (8) 19 20 21 (8)';
  expect(shown(selection)).toBe(all);
  expect(selection.total).toBe(all.split(' ').length);
  for (const limit of [1, 2, 3, 5]) {
    const pages: string[] = [];
    for (let offset = 0; offset < selection.total; offset += limit) pages.push(shown(selection, offset, limit));
    expect(pages.join(' ')).toBe(all);
  }
  expect(shown(around(Uint32Array.of(0, 29), 2, 30))).toBe('0 1 2 (24) 27 28 29');
  expect(shown(around(Uint32Array.of(), 2, 30))).toBe('');
});

it('shows only the rows asked for, all rows, and all but some', () => {
  expect(shown(around(Uint32Array.of(3, 4, 9), 0, 30), 1, 2)).toBe('4 9');
  expect(shown(everything(4))).toBe('0 1 2 3');
  expect(shown(everything(0))).toBe('');
  expect(shown(without(Uint32Array.of(0, 2, 3, 5), 6))).toBe('1 4');
  expect(shown(without(Uint32Array.of(0, 2, 3, 5), 6), 1, 5)).toBe('4');
});

it('finds a row among the items and an item among the rows', () => {
  const selection = around(Uint32Array.of(3, 9), 1, 30);
  // (2) 2 3 4 (3) 8 9 10 (19)
  expect([0, 1, 2, 4, 5, 8, 9].map((index) => positionOf(selection, index))).toEqual([1, 2, 3, 7, 8, 29, null]);
  expect([1, 2, 3, 5, 9, 11].map((position) => indexOf(selection, position))).toEqual([null, 1, 2, null, 6, null]);
});

it('knows what stands where in the merged order', () => {
  // new rows 0…5; removed rows before 0 (twice), before 3 and behind the last; 2 is added, 3 is changed
  const kinds = Uint8Array.of(REMOVED, REMOVED, ADDED, REMOVED, CHANGED, REMOVED);
  const order: MergedOrder = mergedOrder(kinds, Uint32Array.of(0, 0, 2, 3, 3, 6), 6);
  expect(order.total).toBe(10);
  expect(Array.from({ length: 10 }, (_, i) => placeAt(order, i))).toEqual([
    { change: 0, kind: REMOVED, after: null },
    { change: 1, kind: REMOVED, after: null },
    { change: null, kind: null, after: 0 },
    { change: null, kind: null, after: 1 },
    { change: 2, kind: ADDED, after: 2 },
    { change: 3, kind: REMOVED, after: null },
    { change: 4, kind: CHANGED, after: 3 },
    { change: null, kind: null, after: 4 },
    { change: null, kind: null, after: 5 },
    { change: 5, kind: REMOVED, after: null },
  ]);
  expect([0, 1, 2, 3, 4, 5].map((row) => positionOfAfter(order, row))).toEqual([2, 3, 4, 6, 7, 8]);
});
