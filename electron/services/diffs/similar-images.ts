import { availableParallelism } from 'node:os';
import type { FolderEntry, SimilarPair } from '../../../shared/contract/diffs.ts';
import { AppError } from '../../../shared/errors.ts';
import type { LocatedFile } from '../datasets/located.ts';
import type { HashCache } from '../media/hash-cache.ts';
import { isImageName } from '../media/image-format.ts';
import { hashWords, perceptualHash } from '../media/perceptual-hash.ts';
import { inThread } from '../media/thread.ts';
import type { LocatedFolder } from './folder.ts';
import { createTurns } from './turns.ts';
import type { FolderDiff } from './types.ts';

/** Bits of 64. Twins of another size or encoding differ in fewer than six, different pictures in about 32. */
const WITHIN = 10;
const MOST_PAIRS = 2000;

type Work = { signal: AbortSignal; cache: HashCache; onProgress: (done: number, total: number, label: string) => void };
type Image = { readonly path: string; readonly file: LocatedFile };

/**
 * Pairs of an image that was removed, changed or renamed and one that was added, changed or renamed, which look alike though their bytes differ,
 * nearest first. A changed image is not paired with itself. Images that cannot be decoded, or are of one colour, look like nothing.
 * @throws AppError CANCELLED
 */
export async function findSimilarImages(
  diff: FolderDiff,
  before: LocatedFolder,
  after: LocatedFolder,
  work: Work,
): Promise<SimilarPair[]> {
  const wanted = diff.entries.filter(({ status, path }) => status !== 'unchanged' && isImageName(path));
  const olds = imagesOf(before, wanted, ({ status, path, renamedFrom }) =>
    status === 'added' ? null : status === 'renamed' ? renamedFrom : path,
  );
  const nows = imagesOf(after, wanted, ({ status, path }) => (status === 'removed' ? null : path));
  const total = olds.length + nows.length;
  let done = 0;
  const step = (path: string): void => work.onProgress(++done, total, path);
  const [a, b] = [await hashesOf(olds, work, step), await hashesOf(nows, work, step)];
  work.onProgress(total, total, 'Looking for images that look alike');
  const { pairs } = await inThread(
    'similar',
    { before: wordsOf(a), after: wordsOf(b), within: WITHIN, limit: MOST_PAIRS * 4 },
    work.signal,
  );
  const renamed = new Map(wanted.flatMap((one) => (one.renamedFrom ? [[one.path, one.renamedFrom] as const] : [])));
  return pairs
    .map(({ a: i, b: k, distance }) => ({ before: a[i]!.image, after: b[k]!.image, distance }))
    .filter(
      ({ before: old, after: now }) =>
        old.path !== now.path && renamed.get(now.path) !== old.path && !sameBytes(old, now),
    )
    .slice(0, MOST_PAIRS)
    .map(({ before: old, after: now, distance }) => ({ before: old.path, after: now.path, distance }));
}

const sameBytes = (a: Image, b: Image): boolean => a.file.md5 !== null && a.file.md5 === b.file.md5;

function imagesOf(
  side: LocatedFolder,
  entries: readonly FolderEntry[],
  pathOf: (entry: FolderEntry) => string | null,
): Image[] {
  const files = new Map(side.files.map((file) => [file.relpath, file]));
  return entries.flatMap((entry) => {
    const path = pathOf(entry);
    const file = path === null ? undefined : files.get(path);
    return path !== null && file?.file ? [{ path, file }] : [];
  });
}

type Hashed = { readonly image: Image; readonly hash: string };

async function hashesOf(images: readonly Image[], work: Work, step: (path: string) => void): Promise<Hashed[]> {
  const hashes: (string | null)[] = images.map(() => null);
  const turn = createTurns(work.signal);
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < images.length) {
      const i = next++;
      const pause = turn();
      if (pause) await pause;
      hashes[i] = await hashOf(images[i]!, work);
      step(images[i]!.path);
    }
  };
  try {
    await Promise.all(Array.from({ length: availableParallelism() }, run));
  } finally {
    work.cache.save();
  }
  return images.flatMap((image, i) => (hashes[i] ? [{ image, hash: hashes[i] }] : []));
}

async function hashOf({ file }: Image, { cache, signal }: Work): Promise<string | null> {
  const known = file.md5 === null ? undefined : cache.get(file.md5);
  if (known !== undefined) return known;
  let hash: string | null = null;
  try {
    hash = await perceptualHash(file.file!, signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof AppError)) throw error;
    // gone meanwhile: it may come back
    if (error.code === 'NOT_FOUND') return null;
  }
  if (file.md5 !== null) cache.put(file.md5, hash);
  return hash;
}

const wordsOf = (hashed: readonly Hashed[]): Uint32Array =>
  Uint32Array.from(hashed.flatMap(({ hash }) => hashWords(hash)));
