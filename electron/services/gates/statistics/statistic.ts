import type { Measure } from '../measures.ts';

/** Per-row results ready for a measure: `values` are codes (1 right, 0 wrong; or 0 tn, 1 fp, 2 fn, 3 tp), numbers, or scores with `labels`. */
export type Rows = { readonly values: Float64Array; readonly labels: Float64Array | null };

export type Shape = 'counts' | 'mean' | 'rank';
export const shapeOf = (measure: Measure): Shape =>
  measure === 'auc' ? 'rank' : ['accuracy', 'precision', 'recall', 'f1'].includes(measure) ? 'counts' : 'mean';

/** Codes that a measure of counts has. */
export const CODES = 4;

/** Accuracy, precision, recall or F1 of how often each code is there; NaN when it is not defined. */
export function ofCounts(measure: Measure, counts: ArrayLike<number>): number {
  const [tn = 0, right = 0, fn = 0, tp = 0] = Array.from(counts);
  if (measure === 'accuracy') return right / (tn + right);
  const fp = right;
  if (measure === 'precision') return tp / (tp + fp);
  if (measure === 'recall') return tp / (tp + fn);
  return (2 * tp) / (2 * tp + fp + fn);
}

/** The measure from the mean of the rows' numbers. */
export const ofMean = (measure: Measure, mean: number): number => (measure === 'rmse' ? Math.sqrt(mean) : mean);

/** Rows in rising order of score. */
export function rankOrder(scores: Float64Array): Uint32Array {
  return Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
}

/** Area under the ROC curve of weighted rows: the chance that a positive row has the higher score, a tie counting half (Mann and Whitney). */
export function weightedAuc({ values, labels }: Rows, order: Uint32Array, weights: Uint8Array | null): number {
  let [below, pairs, positives, tiePositive, tieNegative] = [0, 0, 0, 0, 0];
  let last = Number.NaN;
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    const score = values[row]!;
    if (score !== last) {
      pairs += tiePositive * (below + tieNegative / 2);
      below += tieNegative;
      tiePositive = 0;
      tieNegative = 0;
      last = score;
    }
    const weight = weights === null ? 1 : weights[row]!;
    if (labels![row] === 1) {
      tiePositive += weight;
      positives += weight;
    } else tieNegative += weight;
  }
  pairs += tiePositive * (below + tieNegative / 2);
  below += tieNegative;
  return pairs / (positives * below);
}

/** The measure of all rows; NaN when a row has no number or it is not defined. */
export function measureOf(measure: Measure, rows: Rows): number {
  const shape = shapeOf(measure);
  if (rows.values.length === 0) return Number.NaN;
  if (shape === 'counts') return ofCounts(measure, countCodes(rows.values));
  if (shape === 'rank')
    return rows.values.some((value) => Number.isNaN(value))
      ? Number.NaN
      : weightedAuc(rows, rankOrder(rows.values), null);
  let sum = 0;
  for (const value of rows.values) sum += value;
  return ofMean(measure, sum / rows.values.length);
}

export function countCodes(values: Float64Array): Float64Array {
  const counts = new Float64Array(CODES);
  for (const value of values) counts[value]!++;
  return counts;
}
