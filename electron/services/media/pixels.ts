import type { PixelCounts, Pixels } from './protocol.ts';

/** What a channel's value is multiplied by so that both sides count from 0 to 65,535, and by what the difference is divided again. */
export const scaleOf = ({ data }: Pixels): number => (data instanceof Uint16Array ? 1 : 257);
const STEP = 257;

/**
 * Compares two images of the same size pixel by pixel, alpha as a fourth channel. A side of sixteen bits is compared with all of them:
 * deltas are then fractions of the 0–255 that they are told in.
 */
export function countPixels(before: Pixels, after: Pixels): PixelCounts {
  const [a, b] = [before.data, after.data];
  const [forA, forB] = [scaleOf(before), scaleOf(after)];
  const compared = before.width * before.height;
  let [changed, hidden, max, sum] = [0, 0, 0, 0];
  for (let i = 0; i < compared * 4; i += 4) {
    let delta = 0;
    for (let k = i; k < i + 4; k++) {
      const by = Math.abs(a[k]! * forA - b[k]! * forB);
      if (by > delta) delta = by;
    }
    if (delta === 0) continue;
    changed++;
    sum += delta;
    if (delta > max) max = delta;
    if (a[i + 3] === 0 && b[i + 3] === 0) hidden++;
  }
  return {
    compared,
    changed,
    maxDelta: max / STEP,
    meanDelta: compared === 0 ? 0 : sum / compared / STEP,
    hidden,
  };
}
