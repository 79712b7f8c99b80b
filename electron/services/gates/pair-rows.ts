import type { MeasuredRows } from './measured-rows.ts';
import type { Rows } from './statistics/statistic.ts';

/** Fewer shared rows than this say too little to be compared alone. */
const FEWEST = 30;

export type Pairing = {
  readonly own: Rows;
  readonly other: Rows;
  readonly how: 'key' | 'position' | null;
  readonly rows: number;
};

/**
 * Brings the same rows of two tables into the same places: by key when both have one that names each row once, else by position when what is
 * true is the same in every row. Otherwise both are as they were, and `how` is null.
 */
export function pairRows(own: MeasuredRows, other: MeasuredRows): Pairing {
  const unpaired: Pairing = { own, other, how: null, rows: own.values.length };
  if (own.every > 1 || other.every > 1) return unpaired;
  if (own.keys && other.keys) {
    const places = placesOf(other.keys);
    if (places === null || placesOf(own.keys) === null) return unpaired;
    const [a, b]: [number[], number[]] = [[], []];
    for (const [i, key] of own.keys.entries()) {
      const at = places.get(key);
      if (at === undefined) continue;
      a.push(i);
      b.push(at);
    }
    return a.length < FEWEST ? unpaired : { own: pick(own, a), other: pick(other, b), how: 'key', rows: a.length };
  }
  const { truths } = own;
  if (!truths || truths.length !== other.truths?.length) return unpaired;
  return truths.every((truth, i) => truth === other.truths![i]) ? { ...unpaired, how: 'position' } : unpaired;
}

function placesOf(keys: Float64Array): Map<number, number> | null {
  const places = new Map<number, number>();
  for (let i = 0; i < keys.length; i++) {
    if (places.has(keys[i]!)) return null;
    places.set(keys[i]!, i);
  }
  return places;
}

const pick = ({ values, labels }: Rows, at: readonly number[]): Rows => ({
  values: Float64Array.from(at, (i) => values[i]!),
  labels: labels && Float64Array.from(at, (i) => labels[i]!),
});
