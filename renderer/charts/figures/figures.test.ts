import { describe, expect, it } from 'vitest';
import { barFigure, escapeText, shorten } from './bar.ts';
import { heatMapFigure } from './heat-map.ts';
import { histogramFigure } from './histogram.ts';
import { makeLine } from './line-data.ts';
import { robustRange } from './outliers.ts';
import { seriesOf, testRun, testTheme } from './testing.ts';
import { axisNumber, xScale } from './x-axis.ts';

const one = (id: string, value: number) =>
  makeLine(testRun(id), seriesOf([value]), { x: 'step', smoothing: 0, maxPoints: 100 });

describe('barFigure', () => {
  it('draws one bar a run, and writes out what has no length', () => {
    const figure = barFigure([one('a', 0.5), one('b', Number.NaN)], testTheme, 'r');
    expect(figure.data[0]).toMatchObject({ x: [0.5, null], orientation: 'h' });
    expect(figure.layout.annotations).toMatchObject([{ y: 1, text: 'NaN' }]);
  });
});

describe('histogramFigure', () => {
  it('makes every bar as wide as its bin', () => {
    const figure = histogramFigure({ edges: [0, 1, 4], counts: [5, 2] }, testTheme);
    expect(figure.data[0]).toMatchObject({ x: [0.5, 2.5], width: [1, 3], y: [5, 2] });
  });
});

describe('heatMapFigure', () => {
  it('writes numbers into a small map only, and shows names as they are', () => {
    const small = heatMapFigure(
      {
        rows: ['<b>cat</b>', 'dog'],
        columns: ['cat', 'dog'],
        values: [
          [9, 1],
          [0, 7],
        ],
      },
      testTheme,
    );
    expect(small.data[0]).toMatchObject({
      texttemplate: '%{text}',
      text: [
        ['9', '1'],
        ['0', '7'],
      ],
    });
    expect((small.layout.yaxis as { ticktext: string[] }).ticktext[0]).toBe('&lt;b&gt;cat&lt;/b&gt;');
    const names = Array.from({ length: 50 }, (_, i) => String(i));
    const large = heatMapFigure({ rows: names, columns: names, values: names.map(() => names.map(Number)) }, testTheme);
    expect(large.data[0]).toMatchObject({ showscale: true });
    expect(large.data[0]).not.toHaveProperty('texttemplate');
  });
});

describe('texts', () => {
  it('keeps both ends of a long name and no markup', () => {
    expect(shorten('abcdefghij', 5)).toBe('ab…ij');
    expect(shorten('abc', 5)).toBe('abc');
    expect(escapeText('<a href="x">&')).toBe('&lt;a href="x"&gt;&amp;');
  });
});

describe('robustRange', () => {
  it('goes from the 5th to the 95th percentile and a little further', () => {
    const values = Float64Array.from({ length: 101 }, (_, i) => i);
    expect(robustRange([values], false)).toEqual([5 - 4.5, 95 + 4.5]);
  });
  it('leaves NaN, infinities and, for a logarithm, what is not positive out', () => {
    const values = Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY, -5, 0, 1, 10, 100, 1000);
    const range = robustRange([values], true);
    expect(range?.[0]).toBeCloseTo(10 / 10 ** 0.05, 6);
    expect(range?.[1]).toBeCloseTo(100 * 10 ** 0.05, 6);
  });
  it('cuts nothing when there is nothing to cut', () => {
    expect(robustRange([Float64Array.of(1, 2)], false)).toBeNull();
    expect(robustRange([Float64Array.of(3, 3, 3, 3)], false)).toBeNull();
  });
});

describe('xScale', () => {
  it('chooses the unit of relative time by the longest run, and back', () => {
    const hours = xScale('relative', 4 * 3600);
    expect(hours.title).toBe('hours since start');
    expect(hours.toAxis(7200)).toBe(2);
    expect(hours.fromAxis(2)).toBe(7200);
    expect(xScale('relative', 60).title).toBe('seconds since start');
  });
  it('writes wall time as plotly shows it, and reads its ranges', () => {
    const scale = xScale('wall', 0);
    const at = 1_790_000_000;
    expect(scale.fromAxis(scale.toAxis(at))).toBe(at);
    const shown = new Date(scale.toAxis(at)).toISOString().replace('T', ' ').replace('Z', '');
    expect(scale.fromAxis(axisNumber(shown, 'wall'))).toBeCloseTo(at, 2);
    expect(new Date(scale.toAxis(at)).getUTCHours()).toBe(new Date(at * 1000).getHours());
    expect(axisNumber(42, 'wall')).toBe(42);
    expect(axisNumber('2026-03-01', 'wall')).toBe(Date.UTC(2026, 2, 1));
  });
});
