import type { ImageDiff } from '../../../shared/contract/diffs.ts';
import type { Finding } from '../../../shared/contract/tables.ts';
import { AppError } from '../../../shared/errors.ts';
import { type Described, describeImage } from './image-info.ts';
import { type OpenImage, openImage } from './open-image.ts';
import { hashDistance, hashImage } from './perceptual-hash.ts';
import type { PixelCounts } from './protocol.ts';
import { rawPixels } from './raw-pixels.ts';
import { inThread } from './thread.ts';

/** Pixels of one side, all pages counted, that are compared one by one: half a gigabyte of memory for both sides at eight bits. */
export const MAX_COMPARED = 64_000_000;

type Side = { readonly image: OpenImage; readonly described: Described };

/**
 * Compares two images as they are shown: turned as EXIF says, in sRGB by their own profiles, alpha as a fourth channel. `identical_data`: every
 * pixel of every page is the same, and only the file around them differs. A side that is null, or that cannot be decoded, is told as it is.
 * @throws AppError NOT_FOUND when a file is gone, CANCELLED
 */
export async function diffImages(
  before: string | null,
  after: string | null,
  options: { signal?: AbortSignal } = {},
): Promise<ImageDiff> {
  const started = performance.now();
  const { signal } = options;
  const findings: Finding[] = [];
  const look = async (path: string | null, side: 'before' | 'after'): Promise<Side | null> => {
    if (path === null) return null;
    try {
      const image = await openImage(path, signal);
      return { image, described: describeImage(image) };
    } catch (error) {
      findings.push(findingOf(error, side));
      return null;
    }
  };
  const [a, b] = [await look(before, 'before'), await look(after, 'after')];
  const sameBytes = a !== null && b !== null && a.image.bytes.equals(b.image.bytes);
  const pixels = a && b ? await comparePixels(a, b, findings, signal) : null;
  if (!b && a) await tryToDecode(a, 'before', findings);
  if (!a && b) await tryToDecode(b, 'after', findings);
  const counts = pixels?.counts ?? null;
  return {
    kind: 'image',
    verdict: sameBytes ? 'identical' : pixels?.all && counts?.changed === 0 ? 'identical_data' : 'changed',
    before: a?.described.info ?? null,
    after: b?.described.info ?? null,
    pixels: counts && {
      compared: counts.compared,
      changed: counts.changed,
      maxDelta: counts.maxDelta,
      meanDelta: counts.meanDelta,
    },
    distance: a && b ? await distance(a, b) : null,
    metadata: merge(a?.described.metadata ?? [], b?.described.metadata ?? []),
    findings,
    elapsedMs: Math.round(performance.now() - started),
  };
}

/** What an error says of one side; what is no finding is thrown on. */
function findingOf(error: unknown, side?: 'before' | 'after'): Finding {
  if (!(error instanceof AppError) || typeof error.data.finding !== 'string') throw error;
  return { code: error.data.finding, message: error.message, ...(side ? { side } : {}) };
}

/** There is nothing to compare it with, but whether it is whole is worth knowing. */
async function tryToDecode({ image, described }: Side, side: 'before' | 'after', findings: Finding[]): Promise<void> {
  if (described.info.width * described.info.height > MAX_COMPARED) return;
  try {
    await rawPixels(image, 8);
  } catch (error) {
    findings.push(findingOf(error, side));
  }
}

/** `all`: nothing that is shown was left out, so that no change means the same picture. */
async function comparePixels(
  a: Side,
  b: Side,
  findings: Finding[],
  signal?: AbortSignal,
): Promise<{ counts: PixelCounts; all: boolean } | null> {
  const [one, two] = [a.described.info, b.described.info];
  if (one.width !== two.width || one.height !== two.height) {
    findings.push({
      code: 'size_changed',
      message: `${one.width} × ${one.height} became ${two.width} × ${two.height}; pixels are not compared.`,
    });
    return null;
  }
  const area = one.width * one.height;
  if (area > MAX_COMPARED) {
    findings.push({
      code: 'pixels_not_compared',
      message: 'More than 64 million pixels; they are not compared one by one.',
    });
    return null;
  }
  const pages = one.pages > 1 && one.pages === two.pages && area * one.pages <= MAX_COMPARED ? 'all' : 'first';
  if (pages === 'first' && (one.pages > 1 || two.pages > 1))
    findings.push({
      code: 'first_page_only',
      message:
        one.pages === two.pages
          ? `Only the first of ${one.pages} pages is compared: together they are too large.`
          : `${one.pages} pages became ${two.pages}; the first ones are compared.`,
    });
  const release = await roomFor(area * (pages === 'all' ? one.pages : 1));
  try {
    return await comparePages(a, b, pages, findings, signal);
  } finally {
    release();
  }
}

/** Comparisons of large images take their turns: each may take a gigabyte. */
const LARGE = 4_000_000;
let turn: Promise<void> = Promise.resolve();

async function roomFor(pixels: number): Promise<() => void> {
  if (pixels <= LARGE) return () => {};
  const before = turn;
  const { promise, resolve } = Promise.withResolvers<void>();
  turn = promise;
  await before;
  return resolve;
}

async function comparePages(
  a: Side,
  b: Side,
  pages: 'first' | 'all',
  findings: Finding[],
  signal?: AbortSignal,
): Promise<{ counts: PixelCounts; all: boolean } | null> {
  const deep = a.described.bits === 'deep' || b.described.bits === 'deep';
  if (deep)
    findings.push({
      code: 'deep_pixels',
      message:
        'Pixels have more than 16 bits a channel; they are compared at 8 bits, so small differences may be missed.',
    });
  else if (a.described.bits !== b.described.bits)
    findings.push({
      code: 'depth_changed',
      message: `${a.described.bits} bits a channel became ${b.described.bits}; they are compared at 16.`,
    });
  const read = async ({ image, described }: Side, side: 'before' | 'after') => {
    const bits = described.bits === 16 ? 16 : 8;
    try {
      return await rawPixels(image, bits, { pages });
    } catch (error) {
      findings.push(findingOf(error, side));
      return null;
    }
  };
  const [before, after] = [await read(a, 'before'), await read(b, 'after')];
  if (!before || !after) return null;
  const counts = await inThread('compare', { before, after }, signal);
  if (counts.changed > 0 && counts.changed === counts.hidden)
    findings.push({
      code: 'hidden_pixels',
      message: 'Only the colours of fully transparent pixels differ; what is seen is the same.',
    });
  return { counts, all: !deep && (pages === 'all' || (a.described.info.pages === 1 && b.described.info.pages === 1)) };
}

async function distance(a: Side, b: Side): Promise<number | null> {
  try {
    const [one, two] = [await hashImage(a.image), await hashImage(b.image)];
    return one === null || two === null ? null : hashDistance(one, two);
  } catch {
    // the finding of the pixels says it already
    return null;
  }
}

function merge(before: Described['metadata'], after: Described['metadata']): ImageDiff['metadata'] {
  const [old, now] = [new Map(before), new Map(after)];
  const names = new Set([...old.keys(), ...now.keys()]);
  return [...names].map((name) => ({ name, before: old.get(name) ?? null, after: now.get(name) ?? null }));
}
