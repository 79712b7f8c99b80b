/**
 * `node bench/data/images.ts [images]`: two folders of 10,000 drawn JPEG images (320 × 240, 1,000 different pictures, each file made unlike the
 * others by some bytes behind it), in which 300 were changed, 100 added, 100 removed and 100 moved. Compared as two folders on the disk, where
 * both sides are read, and as two recorded versions, where nothing is; then the thumbnails of the first screen, and a search for near-duplicates.
 */
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { onDisk } from '../../electron/services/datasets/on-disk.ts';
import { diffFolders, diffLocatedFolders, type LocatedFolder } from '../../electron/services/diffs/folder.ts';
import { hashFiles } from '../../electron/services/diffs/hash-files.ts';
import { findSimilarImages } from '../../electron/services/diffs/similar-images.ts';
import { openHashCache } from '../../electron/services/media/hash-cache.ts';
import { createPictureCache } from '../../electron/services/media/picture-cache.ts';
import { thumbnail } from '../../electron/services/media/render.ts';
import { draw, SHAPES, sharpOf, withNoise } from '../../electron/testing/draw-image.ts';
import type { Row } from '../results.ts';

const PICTURES = 1000;
const SCREEN = 48;

/** Rows for bench/RESULTS.md, measured in one run. */
export async function measureImages(count = 10_000): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-images-'));
  const [old, now] = [join(folder, 'old'), join(folder, 'now')];
  try {
    await writeSides(old, now, count);
    const rows: Row[] = [];
    const before = (await onDisk(old, { name: 'old', label: 'old' }, undefined)) as LocatedFolder;
    const after = (await onDisk(now, { name: 'now', label: 'now' }, undefined)) as LocatedFolder;
    const bytes = (before.size! + after.size!) / 1e6;
    const hashing = await timed(() => hashBare([...before.files, ...after.files].map(({ file }) => file!)));
    const disk = await timed(() => diffFolders(old, now, {}));
    const { files } = disk.result;
    rows.push({
      what: `${count.toLocaleString('en')} images, two folders on the disk, both read (${Math.round(bytes)} MB)`,
      expected: '2–4 s',
      bar: '≤ 20 s',
      measured: `${seconds(disk.ms)}, ${(disk.ms / hashing.ms).toFixed(2)} × one thread of bare MD5 (${seconds(hashing.ms)}); ${files.changed} changed, ${files.added} added, ${files.removed} removed, ${files.renamed} renamed`,
      holds: disk.ms <= 20_000,
    });
    const [a, b] = [await recorded(before), await recorded(after)];
    const versions = await timed(() => diffLocatedFolders(a, b, {}));
    rows.push({
      what: `${count.toLocaleString('en')} images, two recorded versions, nothing read`,
      expected: '< 0.2 s',
      bar: '≤ 20 s',
      measured: seconds(versions.ms),
      holds: versions.ms <= 20_000,
    });
    const pictures = createPictureCache(join(folder, 'thumbs'));
    const shown = b.files.slice(0, SCREEN);
    const show = (): Promise<unknown> =>
      Promise.all(shown.map(({ file, md5 }) => pictures.get(md5!, 'webp', () => thumbnail(file!, 256))));
    const first = await timed(() =>
      pictures.get(`first ${b.files[99]!.md5}`, 'webp', () => thumbnail(b.files[99]!.file!, 256)),
    );
    const screen = await timed(show);
    const again = await timed(show);
    rows.push({
      what: `thumbnails of a screen of ${SCREEN}, made for the first time`,
      expected: '≤ 0.5 s, then at once',
      bar: 'as you scroll',
      measured: `${Math.round(screen.ms)} ms (${Math.round((SCREEN / screen.ms) * 1000)} a second on ${availableParallelism()} cores), the first after ${Math.round(first.ms)} ms with loading the decoder; again ${Math.round(again.ms)} ms`,
      holds: screen.ms <= 2000,
    });
    const search = await timed(() =>
      findSimilarImages(versions.result, a, b, {
        signal: new AbortController().signal,
        cache: openHashCache(join(folder, 'hashes')),
        onProgress: () => {},
      }),
    );
    const looked = files.changed * 2 + files.added + files.removed + files.renamed * 2;
    rows.push({
      what: `near-duplicates among the ${looked} images that differ`,
      expected: '2 s',
      bar: '–',
      measured: `${seconds(search.ms)} (${Math.round((looked / search.ms) * 1000)} images a second), ${search.result.length} pairs`,
      holds: null,
    });
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writeSides(old: string, now: string, count: number): Promise<void> {
  const jpeg = (i: number): Promise<Buffer> =>
    sharpOf(withNoise(draw(SHAPES[i % 3]!, i, 320, 240), i, 10))
      .jpeg({ quality: 85 })
      .toBuffer();
  const pictures: Buffer[] = [];
  for (let i = 0; i < Math.min(PICTURES, count); i++) pictures.push(await jpeg(i));
  const bytesOf = (i: number, salt: string): Buffer =>
    Buffer.concat([pictures[i % pictures.length]!, Buffer.from(`${salt}${i}`)]);
  const place = (side: string, split: string, i: number): string =>
    join(side, split, `${String(i % 100).padStart(2, '0')}-${i}.jpg`);
  for (const side of [old, now])
    for (const split of ['train', 'val', 'moved']) mkdirSync(join(side, split), { recursive: true });
  const part = Math.floor(count / 100);
  for (let i = 0; i < count; i++) {
    const split = i % 10 === 0 ? 'val' : 'train';
    writeFileSync(place(old, split, i), bytesOf(i, 'v1 '));
    // 3 % changed, 1 % removed, 1 % moved
    if (i < part * 3) writeFileSync(place(now, split, i), bytesOf(i, 'v2 '));
    else if (i < part * 4) continue;
    else linkSync(place(old, split, i), place(now, i < part * 5 ? 'moved' : split, i));
  }
  for (let i = count; i < count + part; i++) writeFileSync(place(now, 'train', i), bytesOf(i, 'v2 '));
  if (readdirSync(join(now, 'moved')).length !== part) throw new Error('the sides are not as they should be');
}

/** As a version knows its files. */
async function recorded(side: LocatedFolder): Promise<LocatedFolder> {
  const md5s = await hashFiles(side.files.map(({ file, size }) => ({ file: file!, size: size! })));
  return { ...side, files: side.files.map((file, i) => ({ ...file, md5: md5s[i]! })) };
}

function hashBare(files: readonly string[]): number {
  for (const file of files) createHash('md5').update(readFileSync(file)).digest('hex');
  return files.length;
}

async function timed<T>(work: () => T | Promise<T>): Promise<{ ms: number; result: T }> {
  const started = performance.now();
  const result = await work();
  return { ms: performance.now() - started, result };
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 1000 ? 2 : 1)} s`;

if (import.meta.main) {
  const rows = await measureImages(Number(process.argv[2] ?? 10_000));
  process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
}
