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

/** Rows in rising order of score: their places, 255 for the positive ones (else 0), and 1 where a score begins. */
export type Ranked = { readonly order: Uint32Array; readonly positive: Uint8Array; readonly starts: Uint8Array };

export function rankRows({ values, labels }: Rows): Ranked {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  return {
    order,
    positive: Uint8Array.from(order, (row) => (labels![row] === 1 ? 255 : 0)),
    starts: Uint8Array.from(order, (row, i) => (i === 0 || values[row] !== values[order[i - 1]!] ? 1 : 0)),
  };
}

/** Area under the ROC curve of weighted rows: the chance that a positive row has the higher score, a tie counting half (Mann and Whitney). */
export function weightedAuc({ order, positive, starts }: Ranked, weights: Uint8Array | null): number {
  // sums of weights are whole numbers of 32 bits, which is twice as fast; only their products are more
  let below = 0;
  let positives = 0;
  let tiePositive = 0;
  let tieNegative = 0;
  let pairs = 0;
  for (let i = 0; i < order.length; i++) {
    if (starts[i] === 1) {
      pairs += tiePositive * (below + tieNegative * 0.5);
      below = (below + tieNegative) | 0;
      tiePositive = 0;
      tieNegative = 0;
    }
    const weight = weights === null ? 1 : weights[order[i]!]!;
    // without a branch: which label comes next cannot be foretold
    const own = weight & positive[i]!;
    tiePositive = (tiePositive + own) | 0;
    positives = (positives + own) | 0;
    tieNegative = (tieNegative + weight - own) | 0;
  }
  pairs += tiePositive * (below + tieNegative * 0.5);
  return pairs / (positives * (below + tieNegative));
}

/** The measure of all rows; NaN when a row has no number or it is not defined. */
export function measureOf(measure: Measure, rows: Rows): number {
  const shape = shapeOf(measure);
  if (rows.values.length === 0) return Number.NaN;
  if (shape === 'counts') return ofCounts(measure, countCodes(rows.values));
  if (shape === 'rank')
    return rows.values.some((value) => Number.isNaN(value)) ? Number.NaN : weightedAuc(rankRows(rows), null);
  let sum = 0;
  for (const value of rows.values) sum += value;
  return ofMean(measure, sum / rows.values.length);
}

export function countCodes(values: Float64Array): Float64Array {
  const counts = new Float64Array(CODES);
  for (const value of values) counts[value]!++;
  return counts;
}
