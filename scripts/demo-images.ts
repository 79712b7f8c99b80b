/**
 * `node scripts/demo-images.ts FOLDER`: makes a project in FOLDER (empty or not there yet) with one data set of drawn images, `shapes`, in two
 * versions, for screenshots and end-to-end tests of the pages about data. Takes a few seconds and no network; every run makes the same
 * images. Prints one line of JSON: `{"root", "dataset": "shapes", "v1": <commit>, "v2": <commit>}`. The commits are tagged `shapes@v1` and
 * `shapes@v2` (an annotated tag as GTO writes it).
 *
 * From v1 to v2, below `shapes/{train,val,test}/{circle,square,triangle}/`:
 * - 12 added, 8 removed, 10 changed (a patch painted in, noise, brightness, another size, only the compression, only the metadata), 6 renamed
 *   (four moved to another class, two given another name) and 5 near-duplicates (removed, and added again as a smaller JPEG under another name)
 * - 3 images of `train` are in `val` too, and one in `test` (leakage)
 * - `odd/` has an animated GIF whose second page changed, a CMYK JPEG, a 16-bit PNG, a bitmap, a torn PNG, a decompression bomb, a recording and
 *   a name that is HTML
 * - `labels.csv` beside the images changed with them
 * The working copy then differs from v2 by two added images and one removed.
 *
 * Opened with `node electron/headless.ts --project FOLDER`; compare `shapes` as of `shapes@v1` with `shapes@v2`.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { silentLog } from '../electron/platform/log.ts';
import { createDatasets } from '../electron/services/datasets/service.ts';
import { createGit } from '../electron/services/git/service.ts';
import { bmp, bombPng, wav } from '../electron/services/media/testing.ts';
import { animated, draw, SHAPES, type Shape, sharpOf, withNoise, withPatch } from '../electron/testing/draw-image.ts';

const AUTHOR = { name: 'Ada', email: 'ada@example.invalid' };
const SPLITS = { train: 24, val: 8, test: 8 } as const;

const root = resolve(process.argv[2] ?? '');
if (!process.argv[2] || (existsSync(root) && readdirSync(root).length > 0)) {
  process.stderr.write('Name a folder that is empty or not there yet: node scripts/demo-images.ts FOLDER\n');
  process.exit(2);
}

const at = (path: string): string => join(root, 'shapes', path);
const put = async (path: string, bytes: Promise<Uint8Array> | Uint8Array | string): Promise<void> => {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), await bytes);
};
const name = (split: string, shape: Shape, seed: number): string =>
  `${split}/${shape}/${shape}-${String(seed).padStart(3, '0')}.png`;
const move = (from: string, to: string): void => {
  mkdirSync(dirname(at(to)), { recursive: true });
  renameSync(at(from), at(to));
};
const png = (shape: Shape, seed: number): Promise<Buffer> => sharpOf(draw(shape, seed)).png().toBuffer();

async function first(): Promise<void> {
  for (const [i, [split, count]] of Object.entries(SPLITS).entries())
    for (const shape of SHAPES)
      for (let k = 0; k < count; k++) await put(name(split, shape, i * 100 + k), png(shape, i * 100 + k));
  await put('odd/pages.gif', animated([draw('circle', 1), draw('circle', 2), draw('circle', 3)]));
  await put(
    'odd/print.jpg',
    sharpOf(draw('square', 5, 320, 200))
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer(),
  );
  await put(
    'odd/deep.png',
    sharpOf(draw('square', 6, 64))
      .toColourspace('rgb16')
      .png()
      .toBuffer(),
  );
  await put(
    'odd/old.bmp',
    bmp([
      [
        [255, 0, 0],
        [0, 255, 0],
      ],
      [
        [0, 0, 255],
        [255, 255, 0],
      ],
    ]),
  );
  await put('odd/silence.wav', wav(1));
  await put('odd/<img src=x onerror=alert(1)>.png', png('triangle', 7));
  labels('v1');
}

async function second(): Promise<void> {
  for (let k = 0; k < 12; k++) await put(name('train', SHAPES[k % 3]!, 50 + k), png(SHAPES[k % 3]!, 50 + k));
  for (let k = 0; k < 8; k++) rmSync(at(name(k < 5 ? 'train' : 'val', SHAPES[k % 3]!, k < 5 ? k : 100 + (k % 3))));

  const old = (seed: number) => draw('circle', seed);
  const changes: [seed: number, bytes: Promise<Buffer>][] = [
    [
      10,
      sharpOf(withPatch(old(10), 1))
        .png()
        .toBuffer(),
    ],
    [
      11,
      sharpOf(withPatch(old(11), 2))
        .png()
        .toBuffer(),
    ],
    [
      12,
      sharpOf(withNoise(old(12), 3))
        .png()
        .toBuffer(),
    ],
    [
      13,
      sharpOf(withNoise(old(13), 4, 3))
        .png()
        .toBuffer(),
    ],
    [14, sharpOf(old(14)).modulate({ brightness: 1.15 }).png().toBuffer()],
    [15, sharpOf(old(15)).resize(120, 120).png().toBuffer()],
    [16, sharpOf(old(16)).png({ compressionLevel: 0 }).toBuffer()],
    [
      17,
      sharpOf(old(17))
        .withExif({ IFD0: { Artist: 'Ada', Software: 'Assay' } })
        .png()
        .toBuffer(),
    ],
    [18, sharpOf(draw('triangle', 900)).png().toBuffer()],
    [19, sharpOf(old(19)).flop().png().toBuffer()],
  ];
  for (const [seed, bytes] of changes) await put(name('train', 'circle', seed), bytes);

  for (const seed of [10, 11, 12, 13]) move(name('train', 'square', seed), name('train', 'triangle', seed + 500));
  move(name('val', 'circle', 105), 'val/circle/first light.png');
  move(name('val', 'circle', 106), 'val/circle/Überblick.png');

  for (let k = 0; k < 5; k++) {
    const again = await sharpOf(draw('triangle', 10 + k))
      .resize(112, 112)
      .jpeg({ quality: 82 })
      .toBuffer();
    rmSync(at(name('train', 'triangle', 10 + k)));
    await put(`train/triangle/again-${k}.jpg`, again);
  }
  for (const seed of [20, 21, 22]) await put(`val/square/copied-${seed}.png`, png('square', seed));
  await put('test/square/copied-22.png', png('square', 22));

  await put('odd/pages.gif', animated([draw('circle', 1), draw('square', 2), draw('circle', 3)]));
  await put('odd/torn.png', (await png('circle', 8)).subarray(0, -2000));
  await put('odd/bomb.png', bombPng(60_000, 60_000));
  await put('odd/silence.wav', wav(2));
  labels('v2');
}

function labels(version: string): void {
  const rows = Object.keys(SPLITS).flatMap((split) =>
    SHAPES.flatMap((shape) =>
      readdirSync(at(`${split}/${shape}`))
        .sort()
        .map(
          (file) =>
            `${split}/${shape}/${file},${shape},${split},${version === 'v1' ? 'ada' : file.startsWith('again') ? 'bob' : 'ada'}`,
        ),
    ),
  );
  writeFileSync(at('labels.csv'), `${['path,label,split,annotator', ...rows].join('\n')}\n`);
}

mkdirSync(root, { recursive: true });
const git = createGit({ log: silentLog });
const datasets = createDatasets({ projects: { get: () => ({ root }) }, git });
try {
  await git.init(root);
  writeFileSync(join(root, 'README.md'), '# Shapes\n\nDrawn images to try data versions on.\n');
  writeFileSync(join(root, '.gitignore'), '.assay/\n');
  const record = async (message: string, version: string): Promise<string> => {
    await datasets.add({ project: 'demo', paths: [join(root, 'shapes')] });
    const commit = (await git.commitAll(root, message, AUTHOR))!;
    await git.createTag(root, `shapes@${version}`, commit, version);
    return commit;
  };
  await first();
  const v1 = await record('Shapes, first version', 'v1');
  await second();
  const v2 = await record('Shapes: more of them, mislabelled ones moved', 'v2');
  for (const seed of [70, 71]) await put(name('train', 'square', seed), png('square', seed));
  rmSync(at(name('test', 'circle', 207)));
  process.stdout.write(`${JSON.stringify({ root, dataset: 'shapes', v1, v2 })}\n`);
} finally {
  await datasets.dispose();
  await git.dispose();
}
