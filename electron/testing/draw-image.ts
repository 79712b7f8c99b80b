import sharp, { type Sharp } from 'sharp';

export type Shape = 'circle' | 'square' | 'triangle';
export const SHAPES: readonly Shape[] = ['circle', 'square', 'triangle'];
export type Drawing = { readonly width: number; readonly height: number; readonly pixels: Buffer };

/** Numbers from 0 to 1 that are the same every time (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A shape on a gradient, different for every seed: RGB, three bytes a pixel. */
export function draw(shape: Shape, seed: number, width = 160, height = width): Drawing {
  const random = numbers(seed * 7919 + SHAPES.indexOf(shape));
  const colour = (): [number, number, number] => [random() * 255, random() * 255, random() * 255];
  const [from, to, fill] = [colour(), colour(), colour()];
  const [x0, y0, size, turn] = [0.3 + random() * 0.4, 0.3 + random() * 0.4, 0.16 + random() * 0.18, random() * 6.28];
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const waves = 2 + random() * 6;
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i += 3) {
      const [u, v] = [x / width - x0, y / height - y0];
      const [a, b] = [u * cos - v * sin, u * sin + v * cos];
      const along = ((x / width) * cos + (y / height) * sin + 1) / 2 + 0.06 * Math.sin((a + b) * waves * 6.28);
      const inside = isInside(shape, a / size, b / size);
      for (let k = 0; k < 3; k++)
        pixels[i + k] = inside ? fill[k]! : Math.max(0, Math.min(255, from[k]! + (to[k]! - from[k]!) * along));
    }
  return { width, height, pixels };
}

function isInside(shape: Shape, a: number, b: number): boolean {
  if (shape === 'circle') return a * a + b * b < 1;
  if (shape === 'square') return Math.abs(a) < 0.9 && Math.abs(b) < 0.9;
  return b < 0.8 && b > 2 * Math.abs(a) - 1;
}

/** The same picture with a rectangle painted over. */
export function withPatch({ width, height, pixels }: Drawing, seed: number): Drawing {
  const random = numbers(seed);
  const copy = Buffer.from(pixels);
  const [x0, y0] = [Math.floor(random() * width * 0.7), Math.floor(random() * height * 0.7)];
  const colour = [random() * 255, random() * 255, random() * 255];
  for (let y = y0; y < y0 + height * 0.18; y++)
    for (let x = x0; x < x0 + width * 0.22; x++) for (let k = 0; k < 3; k++) copy[(y * width + x) * 3 + k] = colour[k]!;
  return { width, height, pixels: copy };
}

/** The same picture as a worse sensor would have it. */
export function withNoise({ width, height, pixels }: Drawing, seed: number, strength = 12): Drawing {
  const random = numbers(seed);
  const copy = Buffer.from(pixels.map((value) => Math.max(0, Math.min(255, value + (random() - 0.5) * 2 * strength))));
  return { width, height, pixels: copy };
}

/** A drawing to encode: `sharpOf(drawing).png().toBuffer()`. */
export const sharpOf = ({ width, height, pixels }: Drawing): Sharp =>
  sharp(pixels, { raw: { width, height, channels: 3 } });

/** An animated GIF, half a second a page. */
export async function animated(pages: readonly Drawing[]): Promise<Buffer> {
  const all = await Promise.all(pages.map((page) => sharpOf(page).png().toBuffer()));
  return sharp(all, { join: { animated: true } })
    .gif({ delay: 500, loop: 0 })
    .toBuffer();
}
