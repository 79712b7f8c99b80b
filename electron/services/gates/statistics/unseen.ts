import type { Measure } from '../measures.ts';
import { countCodes, type Rows, shapeOf } from './statistic.ts';

type Range = { readonly low: number; readonly high: number };

/**
 * An interval of width 0 says that no row differs, not that none could: resampling sees only what is there. This is the interval that rows
 * without an exception allow, of a share or an AUC: the limit of C. J. Clopper and E. S. Pearson (Biometrika 26, 1934) for 0 of n, about 3.7 / n at 95 %.
 * Null when the interval has a width, or the measure is of a mean.
 * @param sides the rows of the value, or of both sides of a difference
 */
export function allowingUnseen(
  measure: Measure,
  { low, high }: Range,
  sides: readonly Rows[],
  level: number,
): Range | null {
  if (low !== high || shapeOf(measure) === 'mean') return null;
  const n = Math.min(...sides.map((rows) => trialsOf(measure, rows)));
  const off = 1 - ((1 - level) / 2) ** (1 / n);
  const least = sides.length > 1 ? -1 : 0;
  return { low: Math.max(least, low - off), high: Math.min(1, high + off) };
}

/** How many rows decide about a measure; for an AUC the fewer of both classes, as pairs that share no row. */
function trialsOf(measure: Measure, { values, labels }: Rows): number {
  if (measure === 'auc') {
    const positive = labels!.filter((label) => label === 1).length;
    return Math.min(positive, labels!.length - positive);
  }
  const [, fp = 0, fn = 0, tp = 0] = countCodes(values);
  return { precision: tp + fp, recall: tp + fn, f1: tp + fp + fn }[measure as string] ?? values.length;
}
