import type { Series } from '../../../shared/layout/series.ts';

/** What is on the x axis. `relative` is seconds since the run began, `wall` is the time of day. */
export type XKind = 'step' | 'relative' | 'wall';

/**
 * Between the values that runs share and those on plotly's axis. Shared: steps, seconds, epoch seconds. On the axis: steps; seconds, minutes,
 * hours or days; milliseconds that read as local time (plotly writes dates in UTC).
 */
export type XScale = {
  readonly kind: XKind;
  readonly title: string;
  toAxis(x: number): number;
  fromAxis(value: number): number;
};

const UNITS = [
  { from: 3 * 86_400, seconds: 86_400, title: 'days since start' },
  { from: 2 * 3600, seconds: 3600, title: 'hours since start' },
  { from: 180, seconds: 60, title: 'minutes since start' },
  { from: 0, seconds: 1, title: 'seconds since start' },
] as const;

/** @param longest the greatest x that is drawn, which chooses the unit of relative time */
export function xScale(kind: XKind, longest: number): XScale {
  if (kind === 'step') return { kind, title: 'step', toAxis: (x) => x, fromAxis: (value) => value };
  if (kind === 'relative') {
    const unit = UNITS.find((one) => longest >= one.from) ?? UNITS[3];
    return {
      kind,
      title: unit.title,
      toAxis: (x) => x / unit.seconds,
      fromAxis: (value) => value * unit.seconds,
    };
  }
  return {
    kind,
    title: 'time',
    toAxis: (x) => x * 1000 - offset(x * 1000),
    fromAxis: (value) => (value + offset(value + offset(value))) / 1000,
  };
}

function offset(ms: number): number {
  return Number.isFinite(ms) ? new Date(ms).getTimezoneOffset() * 60_000 : 0;
}

/** Reads an end of a plotly range, which is a number, or a text on an axis of dates. */
export function axisNumber(end: number | string, kind: XKind): number {
  if (typeof end === 'number') return end;
  if (kind !== 'wall') return Number(end);
  return Date.parse(`${end.replace(' ', 'T')}${/[zZ]$/.test(end) ? '' : end.includes(':') ? 'Z' : ''}`);
}

/**
 * The x of every point of a series.
 * @param startedAt epoch ms of the run's start, for `relative`; without it the first point is the start
 */
export function xOf(series: Series, kind: XKind, startedAt: number | null): Float64Array {
  if (kind === 'step') return series.step;
  if (kind === 'wall') return series.time;
  let first = startedAt === null ? Number.POSITIVE_INFINITY : startedAt / 1000;
  for (const time of series.time) if (time < first) first = time;
  return series.time.map((time) => time - first);
}
