import { AppError, messageOf } from '../../../shared/errors.ts';

/** 16,383 pixels each way, as browsers and libvips have it: what is larger on paper is a decompression bomb until proven otherwise. */
export const MAX_PIXELS = 16_383 * 16_383;

/** As JPEG has it. Images of one row and millions of columns exist on paper only, and take minutes. */
export const MAX_SIDE = 65_535;
/** A decoder that is still at work then is stopped. */
export const MAX_SECONDS = 30;

/** What is wrong with an image as a person reads it; `data.finding` is the stable code. */
export const imageProblem = (finding: string, message: string, cause?: unknown): AppError =>
  new AppError('BAD_REQUEST', message, { finding }, { cause });

/** Turns what the decoder says into a finding; what is none of its errors goes on as it is. */
export function decodeError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  if (/pixel limit|too large|too many pixels/i.test(error.message)) return tooManyPixels(error);
  if (/^timeout\b/i.test(error.message))
    return imageProblem('image_too_large', `It could not be decoded within ${MAX_SECONDS} seconds.`, error);
  return damaged(error);
}

export const tooManyPixels = (cause?: unknown): AppError =>
  imageProblem(
    'image_too_large',
    `It claims to have more than ${MAX_PIXELS.toLocaleString('en')} pixels, or ${MAX_SIDE.toLocaleString('en')} on a side, and is not decoded.`,
    cause,
  );

export const damaged = (cause: unknown): AppError =>
  imageProblem('image_damaged', `It cannot be decoded: ${messageOf(cause).split('\n')[0]!.slice(0, 200)}.`, cause);
