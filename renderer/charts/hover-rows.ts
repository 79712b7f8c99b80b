import type { Line } from './figures/line-data.ts';

/** One line of the read-out: a run's point nearest to the cursor. */
export type HoverRow = {
  readonly line: Line;
  readonly index: number;
  readonly x: number;
  readonly step: number;
  readonly time: number;
  readonly raw: number;
  readonly smoothed: number | null;
};

/** The number of the point nearest to `x`; -1 when there is none. `xs` ascends. */
export function nearestIndex(xs: Float64Array, x: number): number {
  let low = 0;
  let high = xs.length - 1;
  if (high < 0) return -1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low > 0 && x - xs[low - 1]! <= xs[low]! - x ? low - 1 : low;
}

/**
 * The points at `x`, greatest value first, NaN last. A run whose line ends more than `tolerance` before or after `x` has no part in it.
 */
export function hoverRows(lines: readonly Line[], x: number, tolerance: number): HoverRow[] {
  const rows: HoverRow[] = [];
  for (const line of lines) {
    const index = nearestIndex(line.x, x);
    if (index < 0) continue;
    const first = line.x[0]!;
    const last = line.x[line.x.length - 1]!;
    if (x < first - tolerance || x > last + tolerance) continue;
    rows.push({
      line,
      index,
      x: line.x[index]!,
      step: line.step[index]!,
      time: line.time[index]!,
      raw: line.raw[index]!,
      smoothed: line.smoothed ? line.smoothed[index]! : null,
    });
  }
  return rows.sort((a, b) => compare(shown(b), shown(a)));
}

/** The value that is drawn boldly: the smoothed one where there is one. */
export function shown(row: HoverRow): number {
  return row.smoothed ?? row.raw;
}

function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) === Number.isNaN(b) ? 0 : Number.isNaN(a) ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 * The row whose point is nearest to the pointer in pixels.
 * @param toPixels where a point is drawn; NaN when it is not
 */
export function nearestRow(
  rows: readonly HoverRow[],
  toPixels: (row: HoverRow) => { x: number; y: number },
  pointer: { x: number; y: number },
): HoverRow | null {
  let best: HoverRow | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const at = toPixels(row);
    const distance = Math.hypot(at.x - pointer.x, at.y - pointer.y);
    if (distance < least) {
      least = distance;
      best = row;
    }
  }
  return best ?? rows[0] ?? null;
}

/** At most `limit` rows with the nearest one among them, in their order; and how many were left out. */
export function cutRows(
  rows: readonly HoverRow[],
  nearest: HoverRow | null,
  limit: number,
): { rows: readonly HoverRow[]; more: number } {
  if (rows.length <= limit) return { rows, more: 0 };
  const at = nearest ? rows.indexOf(nearest) : 0;
  const from = Math.max(0, Math.min(at - Math.floor(limit / 2), rows.length - limit));
  return { rows: rows.slice(from, from + limit), more: rows.length - limit };
}
