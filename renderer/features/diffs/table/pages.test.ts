import { expect, test, vi } from 'vitest';
import { batchOf } from './use-column-drift.ts';
import { pagesFor } from './use-diff-rows.ts';

vi.mock('../../../lib/client.ts', () => ({ api: {}, client: {} }));
vi.mock('../../../lib/query.ts', () => ({ queryClient: {} }));

test('pages of rows that lie on the screen', () => {
  expect(pagesFor(0, -1)).toEqual([0]);
  expect(pagesFor(95, 130)).toEqual([0, 1]);
  expect(pagesFor(9_999_980, 9_999_999)).toEqual([99_999]);
});

test('columns are asked for some at a time, of many rows one by one', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  expect(batchOf(names, 1, 1000)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(batchOf(names, 6, 1000)).toEqual(['f', 'g']);
  expect(batchOf(names, 6, 10_000_000)).toEqual(['g']);
});
