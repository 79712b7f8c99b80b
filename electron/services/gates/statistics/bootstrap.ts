import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../../../shared/errors.ts';
import type { Measure } from '../measures.ts';
import { createRandom, fillPoisson, poisson } from './poisson.ts';
import { CODES, countCodes, ofCounts, ofMean, type Rows, rankRows, shapeOf, weightedAuc } from './statistic.ts';

export const RESAMPLES = 1000;
const SEED = 20_261_124;
/** How long the thread is held before others get a turn, in milliseconds. */
const TURN_MS = 15;

type Range = { readonly low: number; readonly high: number };
type Draw = () => number;

/**
 * The bootstrap's percentile interval of a measure (B. Efron, 1979), with weights from the Poisson distribution instead of drawn rows (Hanley
 * and MacGibbon, Computer Methods and Programs in Biomedicine 83, 2006): the same for the same rows. Where only counts matter, the counts are
 * drawn, not the rows.
 */
export function bootstrapValue(measure: Measure, rows: Rows, level: number, signal?: AbortSignal): Promise<Range> {
  return resample(drawValue(measure, rows, createRandom(SEED)), level, signal);
}

/** The same of `own − other`; `paired` rows (the i-th of both is the same) have the same weight on both sides. */
export function bootstrapDifference(
  measure: Measure,
  own: Rows,
  other: Rows,
  paired: boolean,
  level: number,
  signal?: AbortSignal,
): Promise<Range> {
  const random = createRandom(SEED);
  if (!paired) {
    const [a, b] = [drawValue(measure, own, random), drawValue(measure, other, random)];
    return resample(() => a() - b(), level, signal);
  }
  const shape = shapeOf(measure);
  if (shape === 'counts') return resample(drawCountsPaired(measure, own.values, other.values, random), level, signal);
  const weights = new Uint8Array(own.values.length);
  if (shape === 'rank') {
    const [a, b] = [rankRows(own), rankRows(other)];
    return resample(
      () => {
        fillPoisson(weights, random);
        return weightedAuc(a, weights) - weightedAuc(b, weights);
      },
      level,
      signal,
    );
  }
  return resample(
    () => {
      fillPoisson(weights, random);
      return ofMean(measure, weightedMean(own.values, weights)) - ofMean(measure, weightedMean(other.values, weights));
    },
    level,
    signal,
  );
}

function drawValue(measure: Measure, rows: Rows, random: () => number): Draw {
  const shape = shapeOf(measure);
  if (shape === 'counts') {
    const counts = countCodes(rows.values);
    const drawn = new Float64Array(CODES);
    return () => {
      for (let i = 0; i < CODES; i++) drawn[i] = counts[i] === 0 ? 0 : poisson(counts[i]!, random);
      return ofCounts(measure, drawn);
    };
  }
  const weights = new Uint8Array(rows.values.length);
  const ranked = shape === 'rank' ? rankRows(rows) : null;
  return () => {
    fillPoisson(weights, random);
    return ranked ? weightedAuc(ranked, weights) : ofMean(measure, weightedMean(rows.values, weights));
  };
}

function drawCountsPaired(measure: Measure, own: Float64Array, other: Float64Array, random: () => number): Draw {
  const joint = new Float64Array(CODES * CODES);
  for (let i = 0; i < own.length; i++) joint[own[i]! * CODES + other[i]!]!++;
  const [a, b] = [new Float64Array(CODES), new Float64Array(CODES)];
  return () => {
    a.fill(0);
    b.fill(0);
    for (let i = 0; i < joint.length; i++) {
      if (joint[i] === 0) continue;
      const count = poisson(joint[i]!, random);
      a[Math.floor(i / CODES)]! += count;
      b[i % CODES]! += count;
    }
    return ofCounts(measure, a) - ofCounts(measure, b);
  };
}

function weightedMean(values: Float64Array, weights: Uint8Array): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    sum += weight * values[i]!;
    total += weight;
  }
  return sum / total;
}

async function resample(draw: Draw, level: number, signal: AbortSignal | undefined): Promise<Range> {
  const values: number[] = [];
  let turn = performance.now();
  for (let i = 0; i < RESAMPLES; i++) {
    const value = draw();
    // a resample without a positive row has no such measure
    if (!Number.isNaN(value)) values.push(value);
    if (performance.now() - turn < TURN_MS) continue;
    await setImmediate();
    if (signal?.aborted) throw new AppError('CANCELLED', 'The check was stopped.');
    turn = performance.now();
  }
  values.sort((a, b) => a - b);
  return { low: quantile(values, (1 - level) / 2), high: quantile(values, (1 + level) / 2) };
}

/** Between the two nearest of the sorted values, as NumPy's default. */
function quantile(sorted: readonly number[], p: number): number {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const [a = Number.NaN, b = a] = [sorted[low], sorted[low + 1]];
  return a + (b - a) * (at - low);
}
