import { type OpenImage, openImage } from './open-image.ts';
import { decodeError } from './problem.ts';
import { distanceOf } from './similar.ts';

const SIDE = 32;
const KEPT = 8;
/** An image whose finest and coarsest waves stay below this has nothing to be recognised by. */
const FLAT = 1;

const cosines = Float64Array.from({ length: KEPT * SIDE }, (_, i) =>
  Math.cos((Math.PI * Math.floor(i / SIDE) * (2 * (i % SIDE) + 1)) / (2 * SIDE)),
);

/**
 * The perceptual hash of an image as 16 hex digits: of its 32 × 32 grey picture the 8 × 8 lowest frequencies of a discrete cosine transform,
 * each a bit for being above their median (pHash: Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010, §3.2.1,
 * as the Python package `imagehash` has it). Resizing, re-encoding and light changes of brightness leave it nearly as it is. Null for an image of one
 * colour, which would look like every other such.
 * @throws AppError as `openImage`
 */
export async function perceptualHash(path: string, signal?: AbortSignal): Promise<string | null> {
  return hashImage(await openImage(path, signal));
}

export async function hashImage(image: OpenImage): Promise<string | null> {
  try {
    const grey = await image
      .pipeline({ tolerant: true })
      .flatten({ background: '#808080' })
      .resize(SIDE, SIDE, { fit: 'fill' })
      .grayscale()
      .toColourspace('b-w')
      .raw({ depth: 'uchar' })
      .toBuffer();
    return hashOf(grey);
  } catch (error) {
    throw decodeError(error);
  }
}

/** @param grey 32 × 32 values of 0–255 */
export function hashOf(grey: Uint8Array): string | null {
  const rows = new Float64Array(SIDE * KEPT);
  for (let y = 0; y < SIDE; y++)
    for (let u = 0; u < KEPT; u++) {
      let sum = 0;
      for (let x = 0; x < SIDE; x++) sum += grey[y * SIDE + x]! * cosines[u * SIDE + x]!;
      rows[y * KEPT + u] = sum;
    }
  const waves = new Float64Array(KEPT * KEPT);
  for (let v = 0; v < KEPT; v++)
    for (let u = 0; u < KEPT; u++) {
      let sum = 0;
      for (let y = 0; y < SIDE; y++) sum += rows[y * KEPT + u]! * cosines[v * SIDE + y]!;
      waves[v * KEPT + u] = sum;
    }
  if (waves.subarray(1).every((wave) => Math.abs(wave) < FLAT * SIDE)) return null;
  const sorted = waves.toSorted();
  const median = (sorted[31]! + sorted[32]!) / 2;
  let hash = '';
  for (let i = 0; i < 64; i += 4) {
    let digit = 0;
    for (let k = 0; k < 4; k++) digit = digit * 2 + (waves[i + k]! > median ? 1 : 0);
    hash += digit.toString(16);
  }
  return hash;
}

/** A hash as two numbers of 32 bits. */
export const hashWords = (hash: string): [number, number] => [
  Number.parseInt(hash.slice(0, 8), 16),
  Number.parseInt(hash.slice(8), 16),
];

/** Bits of 64 in which two hashes differ. */
export function hashDistance(a: string, b: string): number {
  return distanceOf(...hashWords(a), ...hashWords(b));
}
