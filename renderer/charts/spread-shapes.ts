import type { ColumnDrift } from '../../shared/contract/diffs.ts';

export type BothSpreads = NonNullable<ColumnDrift['spread']>;

/** Each count as a share of its side's sum, so that sides of different length can lie over each other; all 0 for nothing. */
export function shares(counts: readonly number[], more = 0): number[] {
  const sum = counts.reduce((all, one) => all + one, more);
  return counts.map((one) => (sum > 0 ? one / sum : 0));
}

export type MiniShapes =
  | { kind: 'steps'; before: string; after: string }
  | { kind: 'bars'; bars: { x: number; width: number; before: number; after: number }[] };

const MOST_BARS = 12;

/**
 * Both sides of a column as shapes in a box of `width` by `height` px, y downwards: outlines of steps for numbers, times and lengths of texts,
 * pairs of bars (heights) for categories.
 */
export function miniShapes(spread: BothSpreads, width: number, height: number): MiniShapes {
  if (spread.kind === 'category') {
    const before = shares(spread.before, spread.otherBefore).slice(0, MOST_BARS);
    const after = shares(spread.after, spread.otherAfter).slice(0, MOST_BARS);
    const most = Math.max(...before, ...after, Number.MIN_VALUE);
    const slot = width / Math.max(before.length, 3);
    return {
      kind: 'bars',
      bars: before.map((share, at) => ({
        x: at * slot,
        width: slot,
        before: (share / most) * height,
        after: ((after[at] ?? 0) / most) * height,
      })),
    };
  }
  const [before, after] = [shares(spread.before), shares(spread.after)];
  const most = Math.max(...before, ...after, Number.MIN_VALUE);
  const from = spread.edges[0] ?? 0;
  const range = (spread.edges.at(-1) ?? 0) - from || 1;
  const x = spread.edges.map((edge) => round(((edge - from) / range) * width));
  return { kind: 'steps', before: steps(before, x, most, height), after: steps(after, x, most, height) };
}

function steps(values: readonly number[], x: readonly number[], most: number, height: number): string {
  const parts = values.map((value, at) => `V${round(height - (value / most) * height)}H${x[at + 1] ?? x.at(-1) ?? 0}`);
  return `M${x[0] ?? 0} ${height}${parts.join('')}V${height}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
