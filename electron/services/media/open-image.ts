import { open } from 'node:fs/promises';
import type { Metadata, Sharp, SharpOptions } from 'sharp';
import { AppError } from '../../../shared/errors.ts';
import { bmpHeader } from './bmp.ts';
import { type ImageFormat, sniffImage } from './image-format.ts';
import { damaged, decodeError, imageProblem, MAX_PIXELS, MAX_SECONDS, MAX_SIDE, tooManyPixels } from './problem.ts';
import { inThread } from './thread.ts';

/** An encoded image is read whole. */
const MAX_BYTES = 512_000_000;
/** Deflate makes 1,032 bytes of one at most, and a pixel takes a bit or more. */
const MOST_PNG_PIXELS_A_BYTE = 8 * 1032;

export type OpenImage = {
  readonly format: ImageFormat;
  readonly bytes: Buffer;
  /** what it says of itself; null for a BMP */
  readonly header: Metadata | null;
  /** A pipeline over its first page, or all of them one below the other, turned as its EXIF says. */
  pipeline(options?: { pages?: 'first' | 'all'; tolerant?: boolean }): Sharp;
};

type SharpModule = typeof import('sharp')['default'];
let loaded: Promise<SharpModule> | null = null;

/**
 * Loads the decoder the first time an image is looked at. Only the loaders of raster formats may be used: the others (SVG, PDF and what else
 * libvips may bring) can refer to files. Its cache is off: it keeps files by name, and names here get new content.
 */
export function loadSharp(): Promise<SharpModule> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.cache(false);
    // several images at once, one thread each, is faster than several threads for each
    sharp.concurrency(1);
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({
      operation: ['Png', 'Jpeg', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((name) => `VipsForeignLoad${name}`),
    });
    return sharp;
  });
  return loaded;
}

/**
 * Opens an image by its content, whatever its name is. Nothing is decoded yet, except of a BMP.
 * @throws AppError BAD_REQUEST with `data.finding` `no_image`, `image_too_large` or `image_damaged`; NOT_FOUND; CANCELLED
 */
export async function openImage(path: string, signal?: AbortSignal): Promise<OpenImage> {
  const bytes = await readWhole(path, signal);
  const format = sniffImage(bytes);
  if (format === null)
    throw imageProblem(
      'no_image',
      'It is not a PNG, JPEG, WebP, GIF, TIFF, AVIF or BMP image, whatever its name says.',
    );
  const sharp = await loadSharp();
  const limits = (tolerant: boolean): SharpOptions => ({
    limitInputPixels: MAX_PIXELS,
    failOn: tolerant ? 'none' : 'warning',
  });
  if (format === 'bmp') {
    const { width, height } = bmpHeader(bytes);
    if (width * height > MAX_PIXELS || Math.max(width, height) > MAX_SIDE) throw tooManyPixels();
    const raw = await inThread('bmp', { bytes }, signal).catch((error: unknown) => {
      if (error instanceof AppError) throw error;
      throw damaged(error);
    });
    return {
      format,
      bytes,
      header: null,
      pipeline: () => sharp(raw.pixels, { ...limits(true), raw: { width, height, channels: 4 } }),
    };
  }
  const header = await headerOf(sharp(bytes, limits(true)), format, bytes.length);
  return {
    format,
    bytes,
    header,
    pipeline: ({ pages = 'first', tolerant = false } = {}) =>
      sharp(bytes, { ...limits(tolerant), pages: pages === 'all' ? -1 : 1 })
        .timeout({ seconds: MAX_SECONDS })
        .autoOrient(),
  };
}

async function headerOf(image: Sharp, format: ImageFormat, size: number): Promise<Metadata> {
  let header: Metadata;
  try {
    header = await image.metadata();
  } catch (error) {
    throw decodeError(error);
  }
  const { width, height } = header;
  if (width * height > MAX_PIXELS || Math.max(width, height) > MAX_SIDE) throw tooManyPixels();
  if (format === 'png' && width * height > size * MOST_PNG_PIXELS_A_BYTE)
    throw damaged(new Error(`${size.toLocaleString('en')} bytes cannot hold ${width} × ${height} pixels`));
  return header;
}

async function readWhole(path: string, signal?: AbortSignal): Promise<Buffer> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    throw new AppError('NOT_FOUND', 'The file is not there (any more), or it may not be read.', {}, { cause: error });
  }
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new AppError('BAD_REQUEST', 'It is not a file.', { finding: 'no_image' });
    if (stat.size > MAX_BYTES) throw imageProblem('image_too_large', 'It has more than 512 MB and is not decoded.');
    return await handle.readFile({ ...(signal ? { signal } : {}) });
  } catch (error) {
    if (signal?.aborted) throw new AppError('CANCELLED', 'Stopped.', {}, { cause: error });
    throw error;
  } finally {
    await handle.close();
  }
}
