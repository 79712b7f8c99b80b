import { createHash } from 'node:crypto';
import type { Metadata } from 'sharp';
import type { ImageInfo } from '../../../shared/contract/diffs.ts';
import { bmpHeader } from './bmp.ts';
import { readExif } from './exif.ts';
import { type OpenImage, openImage } from './open-image.ts';

const MAX_COMMENT = 500;

/** What an image says of itself, without its pixels being decoded. `deep`: more than sixteen bits a channel, or no whole numbers. */
export type Described = {
  readonly info: ImageInfo;
  readonly metadata: readonly (readonly [name: string, value: string])[];
  readonly bits: 8 | 16 | 'deep';
};

/**
 * Size as it is shown (turned as EXIF says), format, colours, pages and metadata of an image.
 * @throws AppError as `openImage`
 */
export async function imageInfo(path: string, signal?: AbortSignal): Promise<Described> {
  return describeImage(await openImage(path, signal));
}

export function describeImage({ format, bytes, header: found }: OpenImage): Described {
  if (found === null) {
    const { width, height, bitsPerPixel } = bmpHeader(bytes);
    const info = { width, height, format, mode: `srgb, ${bitsPerPixel} bits a pixel`, pages: 1, bytes: bytes.length };
    return { info, metadata: [], bits: 8 };
  }
  const bits = found.depth === 'ushort' ? 16 : found.depth === 'uchar' ? 8 : 'deep';
  const depth = found.bitsPerSample ? `${found.bitsPerSample} bit` : bits === 'deep' ? found.depth : `${bits} bit`;
  const { width, height } = found.autoOrient;
  return {
    info: {
      width,
      height,
      format,
      mode: `${found.space}, ${found.channels} ${found.channels === 1 ? 'channel' : 'channels'}, ${depth}`,
      pages: found.pages ?? 1,
      bytes: bytes.length,
    },
    metadata: pairsOf(found),
    bits,
  };
}

/** Only what stands in the file; a name comes once. */
function pairsOf(found: Metadata): (readonly [string, string])[] {
  const pairs = new Map<string, string>();
  const put = (name: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== '' && !pairs.has(name)) pairs.set(name, String(value));
  };
  put('Density', found.density && `${found.density} dpi`);
  put('Chroma subsampling', found.chromaSubsampling);
  put('Progressive', found.isProgressive ? 'yes' : undefined);
  put('Palette', found.isPalette ? 'yes' : undefined);
  put('Alpha', found.hasAlpha ? 'yes' : undefined);
  put('Compression', found.compression);
  put('Loop', found.loop);
  put('Delays', found.delay && `${found.delay.slice(0, 16).join(' ')}${found.delay.length > 16 ? ' …' : ''} ms`);
  if (found.icc) put('Colour profile', `${found.icc.length} bytes, MD5 ${md5(found.icc)}`);
  if (found.xmp) put('XMP', `${found.xmp.length} bytes, MD5 ${md5(found.xmp)}`);
  if (found.iptc) put('IPTC', `${found.iptc.length} bytes, MD5 ${md5(found.iptc)}`);
  for (const { keyword, text } of found.comments ?? []) put(keyword.slice(0, 80), text.slice(0, MAX_COMMENT));
  for (const [name, value] of found.exif ? readExif(found.exif) : []) put(name, value);
  return [...pairs];
}

const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex').slice(0, 8);
