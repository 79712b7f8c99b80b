/**
 * TensorBoard's debiased exponential moving average, of the whole series and before any reduction.
 *
 * With `last = 0, n = 0`, for each finite y: `last = last * w + (1 - w) * y`, `n += 1`, `out = last / (1 - w^n)` (divided by 1 for w = 1).
 * Values that are not finite pass through and do not count; a constant series is left as it is.
 * Source: tensorflow/tensorboard, tensorboard/webapp/widgets/line_chart_v2/data_transformer.ts.
 *
 * @param weight w, 0 (off) to 1; TensorBoard offers 0 to 0.999
 */
export function smooth(values: Float64Array, weight: number): Float64Array {
  const result = Float64Array.from(values);
  if (weight === 0 || isConstant(values)) return result;
  let last = 0;
  let remaining = 1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    last = last * weight + (1 - weight) * value;
    remaining *= weight;
    result[i] = weight === 1 ? last : last / (1 - remaining);
  }
  return result;
}

function isConstant(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}
