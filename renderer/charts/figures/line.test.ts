import { describe, expect, it } from 'vitest';
import { lineFigure } from './line.ts';
import { makeLine } from './line-data.ts';
import { seriesOf, testRun, testTheme } from './testing.ts';
import { xScale } from './x-axis.ts';

const options = {
  scale: xScale('step', 10),
  logX: false,
  logY: false,
  ignoreOutliers: false,
  theme: testTheme,
  revision: 'r',
};
const line = (id: string, values: number[], smoothing = 0, color?: string) =>
  makeLine(testRun(id, color), seriesOf(values), { x: 'step', smoothing, maxPoints: 1000 });
const byUid = (figure: ReturnType<typeof lineFigure>, uid: string) => figure.data.find((trace) => trace.uid === uid);

const yOf = (figure: ReturnType<typeof lineFigure>, uid: string): Float64Array => {
  const trace = byUid(figure, uid);
  if (!trace) throw new Error(`there is no trace ${uid}`);
  return trace.y as Float64Array;
};

describe('lineFigure', () => {
  it('draws one line a run in its colour', () => {
    const figure = lineFigure([line('a', [1, 2]), line('b', [2, 1], 0, '#d55e00')], options);
    expect(figure.data.map((trace) => trace.uid)).toEqual(['line-a', 'line-b']);
    expect(byUid(figure, 'line-b')?.line).toMatchObject({ color: '#d55e00', dash: 'solid' });
    expect(figure.layout.uirevision).toBe('r');
  });

  it('dashes the second of two runs that share a colour', () => {
    const figure = lineFigure([line('a', [1, 2]), line('b', [2, 1])], options);
    expect(byUid(figure, 'line-b')?.line).toMatchObject({ dash: 'dash' });
  });

  it('puts the raw line faintly behind the smoothed one', () => {
    const figure = lineFigure([line('a', [1, 5, 1, 5], 0.6)], options);
    expect(figure.data.map((trace) => trace.uid)).toEqual(['raw-a', 'line-a']);
    expect(byUid(figure, 'raw-a')).toMatchObject({ opacity: 0.28 });
    expect([...yOf(figure, 'raw-a')]).toEqual([1, 5, 1, 5]);
    expect([...yOf(figure, 'line-a')]).not.toEqual([1, 5, 1, 5]);
  });

  it('breaks the line at NaN and marks the place at the lower edge', () => {
    const figure = lineFigure([line('a', [1, 2, Number.NaN, 4, 5])], options);
    expect(byUid(figure, 'line-a')).toMatchObject({ connectgaps: false });
    expect(byUid(figure, 'edge')).toMatchObject({ x: [2], yaxis: 'y2', marker: { symbol: ['x-thin-open'] } });
  });

  it('marks a long stretch of NaN from its beginning, not at each of its points', () => {
    const values = Array.from({ length: 1000 }, (_, i) => (i < 500 ? i : Number.NaN));
    const { x } = byUid(lineFigure([line('a', values)], options), 'edge') as { x: number[] };
    expect(x[0]).toBe(500);
    expect(x.length).toBeGreaterThan(10);
    expect(x.length).toBeLessThan(40);
  });

  it('marks infinities at the edges instead of stretching the axis to them', () => {
    const figure = lineFigure([line('a', [1, Number.POSITIVE_INFINITY, 3, Number.NEGATIVE_INFINITY, 5])], options);
    expect([...yOf(figure, 'line-a')].some((y) => Math.abs(y) === Number.POSITIVE_INFINITY)).toBe(false);
    expect(byUid(figure, 'edge')).toMatchObject({ x: [1, 3], marker: { symbol: ['triangle-up', 'triangle-down'] } });
  });

  it('shows a point without neighbours as a dot', () => {
    expect(byUid(lineFigure([line('a', [7])], options), 'alone')).toMatchObject({ x: [0], y: [7] });
    expect(byUid(lineFigure([line('a', [1, Number.NaN, 3, Number.NaN])], options), 'alone')).toMatchObject({
      x: [0, 2],
    });
    expect(byUid(lineFigure([line('a', [1, 2])], options), 'alone')).toBeUndefined();
  });

  it('cuts the axis, not the data, when outliers are ignored', () => {
    const values = [...Array.from({ length: 99 }, (_, i) => i / 99), 1e6];
    const figure = lineFigure([line('a', values)], { ...options, ignoreOutliers: true });
    const { range } = figure.layout.yaxis as { range: [number, number] };
    expect(range[1]).toBeLessThan(2);
    expect(yOf(figure, 'line-a').at(-1)).toBe(1e6);
  });

  it('gives the range of a logarithmic axis in powers of ten', () => {
    const values = Array.from({ length: 100 }, (_, i) => 10 ** (i / 25));
    const figure = lineFigure([line('a', values)], { ...options, logY: true, ignoreOutliers: true });
    const { range, type } = figure.layout.yaxis as { range: [number, number]; type: string };
    expect(type).toBe('log');
    expect(range[0]).toBeGreaterThan(-0.5);
    expect(range[1]).toBeLessThan(4.5);
  });
});
