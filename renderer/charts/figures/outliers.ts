/**
 * The range of y without its outliers: from the 5th to the 95th percentile of all finite values, a little wider than that.
 * Only the axis is cut, no point is removed. null when there is nothing to cut.
 * Source: tensorflow/tensorboard, tensorboard/webapp/widgets/line_chart_v2/line_chart_internal_utils.ts (indices `ceil((n-1)*0.05)` and
 * `floor((n-1)*0.95)` of the sorted values).
 * @param positive only values above zero count, for a logarithmic axis
 */
export function robustRange(columns: readonly Float64Array[], positive: boolean): [number, number] | null {
  const values: number[] = [];
  for (const column of columns) {
    for (const value of column) if (Number.isFinite(value) && (!positive || value > 0)) values.push(value);
  }
  if (values.length <= 2) return null;
  const sorted = Float64Array.from(values).sort();
  const last = sorted.length - 1;
  const low = sorted[Math.ceil(last * 0.05)]!;
  const high = sorted[Math.floor(last * 0.95)]!;
  if (!(high > low)) return null;
  if (positive) {
    const pad = (high / low) ** 0.05;
    return [low / pad, high * pad];
  }
  const pad = (high - low) * 0.05;
  return [low - pad, high + pad];
}
