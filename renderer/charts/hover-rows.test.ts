import { describe, expect, it } from 'vitest';
import { makeLine } from './figures/line-data.ts';
import { seriesOf, testRun } from './figures/testing.ts';
import { cutRows, hoverRows, nearestIndex, nearestRow } from './hover-rows.ts';

const line = (id: string, values: number[]) =>
  makeLine(testRun(id), seriesOf(values), { x: 'step', smoothing: 0, maxPoints: 1000 });

describe('nearestIndex', () => {
  it('finds the nearest point, the earlier of two as near', () => {
    const xs = Float64Array.of(0, 10, 20, 30);
    expect([-5, 4, 5, 6, 14, 29, 99].map((x) => nearestIndex(xs, x))).toEqual([0, 0, 0, 1, 1, 3, 3]);
    expect(nearestIndex(new Float64Array(), 1)).toBe(-1);
  });
});

describe('hoverRows', () => {
  it('sorts by value, greatest first and NaN last', () => {
    const rows = hoverRows([line('low', [1, 1]), line('nan', [1, Number.NaN]), line('high', [1, 9])], 1, 0.5);
    expect(rows.map((row) => row.line.run.id)).toEqual(['high', 'low', 'nan']);
  });
  it('leaves out runs that ended before the cursor', () => {
    const rows = hoverRows([line('short', [1, 2]), line('long', [1, 2, 3, 4, 5, 6])], 5, 0.5);
    expect(rows.map((row) => row.line.run.id)).toEqual(['long']);
  });
  it('points at the row nearest in pixels', () => {
    const rows = hoverRows([line('a', [0, 10]), line('b', [0, 20])], 1, 1);
    const nearest = nearestRow(rows, (row) => ({ x: row.x * 100, y: 100 - row.raw }), { x: 99, y: 88 });
    expect(nearest?.line.run.id).toBe('a');
  });
});

describe('cutRows', () => {
  it('keeps the nearest row in sight and says how many are left out', () => {
    const rows = hoverRows(
      Array.from({ length: 30 }, (_, i) => line(String(i), [0, i])),
      1,
      1,
    );
    const cut = cutRows(rows, rows[25]!, 10);
    expect(cut.rows).toHaveLength(10);
    expect(cut.more).toBe(20);
    expect(cut.rows).toContain(rows[25]);
    expect(cutRows(rows, null, 50)).toEqual({ rows, more: 0 });
  });
});
