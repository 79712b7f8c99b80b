import { MAX_COMPARED } from './image-diff.ts';
import { describeImage } from './image-info.ts';
import { loadSharp, openImage } from './open-image.ts';
import { decodeError, imageProblem } from './problem.ts';
import { rawPixels } from './raw-pixels.ts';
import { inThread } from './thread.ts';

/**
 * A small WebP picture of an image's first page that fits into a square of `side` pixels; a smaller image keeps its size. What can be decoded of
 * a damaged one is shown.
 * @throws AppError as `openImage`
 */
export async function thumbnail(path: string, side: number, signal?: AbortSignal): Promise<Buffer> {
  const image = await openImage(path, signal);
  try {
    return await image
      .pipeline({ tolerant: true })
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80, effort: 1 })
      .toBuffer();
  } catch (error) {
    throw decodeError(error);
  }
}

/**
 * A PNG of where two images differ (heat.ts), its longest side at most `longest`.
 * @throws AppError BAD_REQUEST when they have not the same size or are too large; as `openImage`
 */
export async function heatMap(before: string, after: string, longest: number, signal?: AbortSignal): Promise<Buffer> {
  const sides = [];
  for (const path of [before, after]) {
    const image = await openImage(path, signal);
    const { info, bits } = describeImage(image);
    if (info.width * info.height > MAX_COMPARED)
      throw imageProblem('pixels_not_compared', 'It has more than 64 million pixels; no heat map is made.');
    sides.push(await rawPixels(image, bits === 16 ? 16 : 8, { tolerant: true }));
  }
  const [a, b] = [sides[0]!, sides[1]!];
  if (a.width !== b.width || a.height !== b.height)
    throw imageProblem('size_changed', 'The two have different sizes; there is no map of their differences.');
  const { width, height, data } = await inThread('heat', { before: a, after: b, longest }, signal);
  const sharp = await loadSharp();
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 6 })
    .toBuffer();
}
