import { scaleOf } from './pixels.ts';
import type { MediaCalls } from './protocol.ts';

/** Five points of matplotlib's "inferno" (CC0) from its second fifth on: told apart by brightness alone, so by everybody. */
const RAMP: readonly (readonly [number, number, number])[] = [
  [106, 23, 110],
  [165, 44, 96],
  [212, 72, 66],
  [245, 125, 21],
  [252, 255, 164],
];

/**
 * Draws where two images of one size differ: what is equal as a dim grey picture of the new side, what differs from violet (little) to pale
 * yellow (most). A cell of the picture shows the largest difference of the pixels it stands for, so no single one is lost.
 */
export function heatOf({ before, after, longest }: MediaCalls['heat']['input']): MediaCalls['heat']['output'] {
  const shrink = Math.max(1, Math.max(before.width, before.height) / longest);
  const width = Math.max(1, Math.round(before.width / shrink));
  const height = Math.max(1, Math.round(before.height / shrink));
  const deltas = new Float64Array(width * height);
  const grey = new Float64Array(width * height);
  const [a, b] = [before.data, after.data];
  const [forA, forB] = [scaleOf(before), scaleOf(after)];
  const columns = Uint32Array.from({ length: before.width }, (_, x) =>
    Math.min(width - 1, Math.floor((x * width) / before.width)),
  );
  for (let y = 0; y < before.height; y++) {
    const row = Math.min(height - 1, Math.floor((y * height) / before.height)) * width;
    for (let x = 0; x < before.width; x++) {
      const i = (y * before.width + x) * 4;
      const cell = row + columns[x]!;
      let delta = 0;
      for (let k = i; k < i + 4; k++) delta = Math.max(delta, Math.abs(a[k]! * forA - b[k]! * forB));
      if (delta > deltas[cell]!) deltas[cell] = delta;
      // Rec. 601 luma, over black where it is transparent
      grey[cell] = ((0.299 * b[i]! + 0.587 * b[i + 1]! + 0.114 * b[i + 2]!) * forB * (b[i + 3]! * forB)) / 65535;
    }
  }
  const data = new Uint8Array(width * height * 3);
  for (let cell = 0; cell < deltas.length; cell++) {
    if (deltas[cell] === 0) data.fill(24 + (grey[cell]! / 65535) * 64, cell * 3, cell * 3 + 3);
    else data.set(HOT[Math.round((deltas[cell]! / 65535) * 1023)]!, cell * 3);
  }
  return { width, height, data };
}

/** The colour of each of 1,024 sizes of a difference. The root spreads the small ones, of which there are most. */
const HOT: readonly Uint8Array[] = Array.from({ length: 1024 }, (_, i) => {
  const at = Math.sqrt(i / 1023) * (RAMP.length - 1);
  const [from, to] = [RAMP[Math.floor(at)]!, RAMP[Math.min(RAMP.length - 1, Math.floor(at) + 1)]!];
  return Uint8Array.from(from, (value, k) => Math.round(value + (to[k]! - value) * (at % 1)));
});
