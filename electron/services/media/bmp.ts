import { decode } from 'bmp-ts';
import { imageProblem } from './problem.ts';

export type BmpHeader = {
  readonly width: number;
  readonly height: number;
  readonly bitsPerPixel: number;
  /** where the pixels begin */
  readonly offset: number;
  /** where they would begin if nothing stood between the header and them */
  readonly end: number;
};

/**
 * Reads the header of a Windows bitmap (BITMAPINFOHEADER and its successors).
 * @throws AppError BAD_REQUEST, finding `image_damaged`
 */
export function bmpHeader(bytes: Buffer): BmpHeader {
  const size = bytes.length >= 54 ? bytes.readUInt32LE(14) : 0;
  if (![40, 52, 56, 108, 124].includes(size) || bytes.length < 14 + size)
    throw imageProblem('image_damaged', 'Its header is none of a Windows bitmap that can be read here.');
  const bitsPerPixel = bytes.readUInt16LE(28);
  const compression = bytes.readUInt32LE(30);
  if (![1, 4, 8, 16, 24, 32].includes(bitsPerPixel) || ![0, 1, 2, 3, 6].includes(compression))
    throw imageProblem('image_damaged', 'Its pixels are in a form that is not decoded here.');
  const colours = bytes.readUInt32LE(46);
  const palette = bitsPerPixel <= 8 && colours === 0 ? 1 << bitsPerPixel : colours;
  const masks = size > 40 ? 0 : compression === 3 ? 12 : compression === 6 ? 16 : 0;
  return {
    width: bytes.readUInt32LE(18),
    height: Math.abs(bytes.readInt32LE(22)),
    bitsPerPixel,
    offset: bytes.readUInt32LE(10),
    end: 14 + size + masks + palette * 4,
  };
}

/** The pixels of a Windows bitmap as RGBA, top row first. A bitmap whose alpha is zero everywhere is meant to be seen: it is opaque. */
export function decodeBmp(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const { bitsPerPixel, offset, end } = bmpHeader(bytes);
  // bmp-ts reads the pixels right behind the colours, wherever the header says they are
  const tight = offset > end ? Buffer.concat([bytes.subarray(0, end), bytes.subarray(offset)]) : bytes;
  const { data } = decode(tight);
  const pixels = new Uint8Array(data.length);
  let seen = bitsPerPixel !== 32;
  for (let i = 0; i < data.length; i += 4) {
    pixels[i] = data[i + 3]!;
    pixels[i + 1] = data[i + 2]!;
    pixels[i + 2] = data[i + 1]!;
    pixels[i + 3] = bitsPerPixel === 32 ? data[i]! : 255;
    seen ||= data[i]! !== 0;
  }
  if (!seen) for (let i = 3; i < pixels.length; i += 4) pixels[i] = 255;
  return pixels;
}
