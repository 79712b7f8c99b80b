/**
 * Where two pictures differ, as colours: nothing where they are equal, from yellow (a little) to dark red (all the way), after the largest
 * difference of a channel. Small differences are lifted (square root), so that they can be seen at all.
 * @param before,after RGBA, of the same size
 */
export function heatPixels(before: Uint8ClampedArray, after: Uint8ClampedArray): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(after.length);
  for (let i = 0; i < out.length; i += 4) {
    let delta = 0;
    for (let channel = 0; channel < 4; channel++)
      delta = Math.max(delta, Math.abs(before[i + channel]! - after[i + channel]!));
    if (delta === 0) continue;
    const heat = Math.sqrt(delta / 255);
    out[i] = 255 - 90 * Math.max(0, heat - 0.5);
    out[i + 1] = 215 * (1 - heat);
    out[i + 2] = 40 * (1 - heat);
    out[i + 3] = 120 + 135 * heat;
  }
  return out;
}
