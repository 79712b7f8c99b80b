const DRAWN_PER_CHART = 60_000;
const SMOOTHED_PER_CHART = 120_000;
const MOST_SMOOTHED = 50_000;
const STEP = 200;

/** More runs than this are not drawn at once. */
export const MAX_DRAWN_RUNS = 100;

/**
 * How many points of one run to draw: two a pixel (least and greatest), fewer when many runs share a chart, never under 200.
 * In steps, so that a chart made a little wider does not ask anew.
 */
export function pointsToDraw(width: number, runs: number): number {
  const wanted = Math.ceil((2 * Math.max(width, 100)) / STEP) * STEP;
  return Math.max(STEP, Math.min(wanted, Math.floor(DRAWN_PER_CHART / Math.max(1, runs) / STEP) * STEP));
}

/** How many points of one run to ask for. Smoothing wants the whole series, so it gets as much as stays quick. */
export function pointsToAsk(width: number, runs: number, smoothing: number): number {
  const drawn = pointsToDraw(width, runs);
  if (smoothing === 0) return drawn;
  return Math.max(drawn, Math.min(MOST_SMOOTHED, Math.floor(SMOOTHED_PER_CHART / Math.max(1, runs))));
}
