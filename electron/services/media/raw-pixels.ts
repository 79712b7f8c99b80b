import type { OpenImage } from './open-image.ts';
import { decodeError } from './problem.ts';
import type { Pixels } from './protocol.ts';

/**
 * All pixels of an image as it is shown: turned as EXIF says, in sRGB by its own colour profile, with alpha. CMYK and palettes become RGB.
 * @param bits 16 keeps both bytes of a channel
 * @throws AppError BAD_REQUEST, finding `image_damaged`
 */
export async function rawPixels(
  { pipeline }: OpenImage,
  bits: 8 | 16,
  options: { pages?: 'first' | 'all'; tolerant?: boolean } = {},
): Promise<Pixels> {
  try {
    const { data, info } = await pipeline(options)
      .toColourspace(bits === 16 ? 'rgb16' : 'srgb')
      .ensureAlpha()
      .raw({ depth: bits === 16 ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const own = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.length);
    const place = own.byteOffset % 2 === 0 ? own : own.slice();
    return {
      width: info.width,
      height: info.height,
      data: bits === 16 ? new Uint16Array(place.buffer, place.byteOffset, place.length / 2) : own,
    };
  } catch (error) {
    throw decodeError(error);
  }
}
