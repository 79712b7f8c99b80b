import { expect, it } from 'vitest';
import { smooth } from './smoothing.ts';

/** By hand from the formula: last = w * last + (1 - w) * y, out = last / (1 - w^n). */
it('is the debiased moving average', () => {
  const smoothed = smooth(Float64Array.of(1, 2, 4), 0.5);
  expect([...smoothed]).toEqual([0.5 / 0.5, 1.25 / 0.75, 2.625 / 0.875]);
});

it('lets values pass that are not finite, and does not count them', () => {
  const smoothed = smooth(Float64Array.of(1, Number.NaN, 2, Number.POSITIVE_INFINITY, 4), 0.5);
  expect([...smoothed]).toEqual([1, Number.NaN, 1.25 / 0.75, Number.POSITIVE_INFINITY, 3]);
});

it('leaves a constant series, an empty one, and everything for weight 0 as it is', () => {
  expect([...smooth(Float64Array.of(0.1, 0.1, 0.1), 0.9)]).toEqual([0.1, 0.1, 0.1]);
  expect([...smooth(new Float64Array(), 0.9)]).toEqual([]);
  expect([...smooth(Float64Array.of(3, 1), 0)]).toEqual([3, 1]);
});

it('stays finite over a long series', () => {
  const values = Float64Array.from({ length: 100_000 }, (_, i) => 5 + (i % 2));
  expect(smooth(values, 0.999).at(-1)).toBeCloseTo(5.5, 2);
});
