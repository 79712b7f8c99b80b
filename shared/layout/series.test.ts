import { describe, expect, it } from 'vitest';
import { decodeSeries, encodeSeries, type Series } from './series.ts';

const series = (step: number[], value: number[], extra: Partial<Series> = {}): Series => ({
  step: Float64Array.from(step),
  time: Float64Array.from(step, (s) => 1_790_000_000 + s),
  value: Float64Array.from(value),
  count: step.length,
  reduced: false,
  ...extra,
});

describe('series on the wire', () => {
  it('come back bit for bit, in order, with NaN and infinities', () => {
    const all = [
      series([0, 1, 2], [0.1, Number.NaN, Number.NEGATIVE_INFINITY]),
      series([], []),
      series([5], [-0], { count: 1_000_000, reduced: true }),
    ];
    expect(decodeSeries(encodeSeries(all).buffer)).toEqual(all);
  });

  it('may be none at all', () => {
    expect(decodeSeries(encodeSeries([]).buffer)).toEqual([]);
  });

  it('are refused when bytes are missing', () => {
    const bytes = encodeSeries([series([0, 1, 2], [1, 2, 3])]);
    expect(() => decodeSeries(bytes.buffer.slice(0, -8))).toThrow(RangeError);
  });
});
