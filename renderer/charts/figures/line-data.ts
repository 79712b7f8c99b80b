import type { Series } from '../../../shared/layout/series.ts';
import { createReducer } from '../../../shared/math/reduce.ts';
import { smooth } from '../../../shared/math/smoothing.ts';
import { type XKind, xOf } from './x-axis.ts';

export type ChartRun = {
  readonly id: string;
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
  /** epoch ms; the zero of relative time */
  readonly startedAt?: number | null;
};

/** A run's series, ready to draw. The columns are equally long and in the order of `x`. */
export type Line = {
  readonly run: ChartRun;
  readonly x: Float64Array;
  readonly step: Float64Array;
  readonly time: Float64Array;
  readonly raw: Float64Array;
  /** null when smoothing is off */
  readonly smoothed: Float64Array | null;
  /** Points in the asked range before reduction. */
  readonly count: number;
  readonly reduced: boolean;
};

export type LineOptions = {
  readonly x: XKind;
  /** TensorBoard's weight, 0 (off) to 0.999. */
  readonly smoothing: number;
  /** Points to draw of one run at most. */
  readonly maxPoints: number;
};

/**
 * Smooths a series and then reduces it to what is drawn, in that order, so that the curve does not depend on the width of the chart.
 * Where the series came reduced already, each of its points stands for `count / points` and the weight is raised to that power.
 */
export function makeLine(run: ChartRun, series: Series, options: LineOptions): Line {
  const ordered = inOrder(series, xOf(series, options.x, run.startedAt ?? null));
  const { smoothing } = options;
  const stands = ordered.value.length > 0 ? Math.max(1, series.count / ordered.value.length) : 1;
  const smoothed = smoothing > 0 ? smooth(ordered.value, smoothing ** stands) : null;
  const all = {
    x: ordered.x,
    step: ordered.step,
    time: ordered.time,
    raw: ordered.value,
    smoothed,
  };
  const picked = thin(all, options.maxPoints);
  const kept = picked
    ? {
        x: take(all.x, picked),
        step: take(all.step, picked),
        time: take(all.time, picked),
        raw: take(all.raw, picked),
        smoothed: smoothed && take(smoothed, picked),
      }
    : all;
  return { run, ...kept, count: series.count, reduced: series.reduced || picked !== null };
}

type Columns = Pick<Line, 'x' | 'raw' | 'smoothed'>;

/** Which points to keep so that every bucket's first, last, least and greatest stay, raw and smoothed; null for all. */
function thin({ x, raw, smoothed }: Columns, maxPoints: number): Uint32Array | null {
  const n = x.length;
  if (n <= maxPoints) return null;
  const columns = smoothed ? [raw, smoothed] : [raw];
  const buckets = Math.max(1, Math.floor(maxPoints / 4 / columns.length));
  const keep = new Set<number>();
  for (const column of columns) {
    const reducer = createReducer({ from: x[0]!, to: x[n - 1]!, buckets, keepNaN: true });
    // the reducer carries the time along untouched, so the point's number travels in its place
    for (let i = 0; i < n; i++) reducer.add(i, x[i]!, i, column[i]!);
    for (const i of reducer.finish().time) keep.add(i);
  }
  return Uint32Array.from(keep).sort();
}

function take(column: Float64Array, places: Uint32Array): Float64Array {
  return Float64Array.from(places, (i) => column[i]!);
}

/** Points come in the order of their step; a resumed run's times may go back, and a line must not. */
function inOrder(series: Series, x: Float64Array) {
  const { step, time, value } = series;
  let sorted = true;
  for (let i = 1; i < x.length && sorted; i++) sorted = !(x[i]! < x[i - 1]!);
  if (sorted) return { x, step, time, value };
  const places = Uint32Array.from(x, (_, i) => i).sort((a, b) => x[a]! - x[b]! || a - b);
  return { x: take(x, places), step: take(step, places), time: take(time, places), value: take(value, places) };
}

/**
 * The steps that a range of x covers, one point further on both sides, to ask for its points in full detail; null when nothing is in it.
 */
export function stepRange(lines: readonly Line[], from: number, to: number): { from: number; to: number } | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { x, step } of lines) {
    const last = x.length - 1;
    if (last < 0 || x[last]! < from || x[0]! > to) continue;
    let i = Math.max(0, x.findIndex((value) => value >= from) - 1);
    for (; i <= last; i++) {
      low = Math.min(low, step[i]!);
      high = Math.max(high, step[i]!);
      if (x[i]! > to) break;
    }
  }
  return low <= high ? { from: low, to: high } : null;
}
