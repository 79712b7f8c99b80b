import { describe, expect, it } from 'vitest';
import { smooth } from '../../../shared/math/smoothing.ts';
import { makeLine, stepRange } from './line-data.ts';
import { seriesOf, testRun } from './testing.ts';

const run = testRun('a');
const plain = { x: 'step', smoothing: 0, maxPoints: 1000 } as const;

describe('makeLine', () => {
  it('draws a short series whole and unsmoothed', () => {
    const line = makeLine(run, seriesOf([3, 1, 2]), plain);
    expect([...line.x]).toEqual([0, 1, 2]);
    expect([...line.raw]).toEqual([3, 1, 2]);
    expect(line.smoothed).toBeNull();
    expect(line.reduced).toBe(false);
  });

  it('keeps the spike, the dip and the NaN of a series it thins', () => {
    const values = Array.from({ length: 5000 }, (_, i) => Math.sin(i));
    values[1234] = 99;
    values[3210] = -99;
    values[4000] = Number.NaN;
    const line = makeLine(run, seriesOf(values), { ...plain, maxPoints: 200 });
    expect(line.x.length).toBeLessThanOrEqual(260);
    expect(line.reduced).toBe(true);
    expect(line.raw[line.step.indexOf(1234)]).toBe(99);
    expect(line.raw[line.step.indexOf(3210)]).toBe(-99);
    expect(line.raw[line.step.indexOf(4000)]).toBeNaN();
    expect([...line.x]).toEqual([...line.x].sort((a, b) => a - b));
    expect(line.x[0]).toBe(0);
    expect(line.x.at(-1)).toBe(4999);
  });

  it('smooths before it thins, so that the curve is the same however narrow the chart', () => {
    const values = Array.from({ length: 4000 }, (_, i) => Math.cos(i / 50) + ((i * 7919) % 13) / 13);
    const whole = smooth(Float64Array.from(values), 0.9);
    const narrow = makeLine(run, seriesOf(values), { ...plain, smoothing: 0.9, maxPoints: 160 });
    expect(narrow.x.length).toBeLessThan(400);
    narrow.step.forEach((step, i) => {
      expect(narrow.smoothed?.[i]).toBe(whole[step]);
      expect(narrow.raw[i]).toBe(values[step]);
    });
  });

  it('weighs points that stand for several by as many steps', () => {
    const reduced = makeLine(run, seriesOf([0, 1, 1], { count: 9 }), { ...plain, smoothing: 0.8 });
    expect([...(reduced.smoothed ?? [])]).toEqual([...smooth(Float64Array.of(0, 1, 1), 0.8 ** 3)]);
  });

  it('counts relative time from the start of the run, and never goes back', () => {
    const series = seriesOf([1, 2, 3], { time: Float64Array.of(1010, 1020, 1015) });
    const line = makeLine({ ...run, startedAt: 1_000_000 }, series, { ...plain, x: 'relative' });
    expect([...line.x]).toEqual([10, 15, 20]);
    expect([...line.raw]).toEqual([1, 3, 2]);
  });
});

describe('stepRange', () => {
  it('covers a range of time by its steps and one neighbour on both sides', () => {
    const line = makeLine(run, seriesOf([1, 2, 3, 4, 5, 6]), { ...plain, x: 'wall' });
    expect(stepRange([line], 1001.5, 1003.5)).toEqual({ from: 1, to: 4 });
    expect(stepRange([line], 2000, 3000)).toBeNull();
  });

  it('still finds the two points around a range between them', () => {
    const line = makeLine(run, seriesOf([1, 2, 3]), { ...plain, x: 'wall' });
    expect(stepRange([line], 1000.4, 1000.6)).toEqual({ from: 0, to: 1 });
  });
});
