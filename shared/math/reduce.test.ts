import { expect, it } from 'vitest';
import { createReducer } from './reduce.ts';

function reduce(values: number[], buckets: number, keepNaN = true): [step: number, value: number][] {
  const reducer = createReducer({ from: 0, to: values.length - 1, buckets, keepNaN });
  values.forEach((value, i) => {
    reducer.add(i, i, i, value);
  });
  const kept = reducer.finish();
  return Array.from(kept.step, (step, i) => [step, kept.value[i]!]);
}

it('keeps first, least, greatest and last of a bucket in their order, each once', () => {
  expect(reduce([5, 9, 1, 5, 5], 1)).toEqual([
    [0, 5],
    [1, 9],
    [2, 1],
    [4, 5],
  ]);
  expect(reduce([7, 7, 7], 1)).toEqual([
    [0, 7],
    [2, 7],
  ]);
});

it('counts infinities, keeps the first NaN, and does not take NaN for least or greatest', () => {
  expect(reduce([0, Number.NaN, Number.NaN, Number.POSITIVE_INFINITY, -1, 0], 1)).toEqual([
    [0, 0],
    [1, Number.NaN],
    [3, Number.POSITIVE_INFINITY],
    [4, -1],
    [5, 0],
  ]);
});

it('cuts the range into equal buckets, the greatest step in the last one', () => {
  const kept = reduce([0, 1, 2, 3, 4, 5, 6, 7, 8], 2);
  expect(kept.map(([step]) => step)).toEqual([0, 3, 4, 8]);
});

it('puts points that stand for others into the bucket of the first of them', () => {
  const reducer = createReducer({ from: 0, to: 10, buckets: 2, keepNaN: false });
  reducer.add(0, 4, 0, 1, 4);
  reducer.add(2, 6, 0, 3, 4);
  reducer.add(3, 10, 0, 2);
  expect([...reducer.finish().step]).toEqual([4, 6, 10]);
});
