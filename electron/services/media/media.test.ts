import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { audioInfo } from './audio.ts';
import { readExif } from './exif.ts';
import { isAudioName, isImageName, sniffImage } from './image-format.ts';
import { imageInfo } from './image-info.ts';
import { hashDistance, hashWords, perceptualHash } from './perceptual-hash.ts';
import { heatMap, thumbnail } from './render.ts';
import { similarPairs } from './similar.ts';
import { bmp, wav } from './testing.ts';
import { inThread } from './thread.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-media-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const put = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

/** Some shapes, placed by a number. */
const drawing = (seed: number, size = 256): Promise<Buffer> =>
  sharp(
    Buffer.alloc(size * size * 3).map((_, i) => {
      const [x, y] = [(Math.floor(i / 3) % size) / size, Math.floor(i / 3 / size) / size];
      const wave = Math.sin(x * (3 + (seed % 5)) + seed) * Math.cos(y * (2 + (seed % 7)) - seed * 2);
      const disc = (x - ((seed * 0.37) % 1)) ** 2 + (y - ((seed * 0.61) % 1)) ** 2 < 0.05 ? 90 : 0;
      return 110 + wave * 60 + disc;
    }),
    { raw: { width: size, height: size, channels: 3 } },
  )
    .png()
    .toBuffer();

describe('perceptual hashes', () => {
  it('hardly change when an image is resized, re-encoded or brightened, and differ between images', async () => {
    const original = (await perceptualHash(put('a.png', await drawing(1))))!;
    expect(original).toMatch(/^[0-9a-f]{16}$/);
    const small = (await perceptualHash(
      put(
        'b.jpg',
        await sharp(await drawing(1))
          .resize(90, 90)
          .jpeg({ quality: 60 })
          .toBuffer(),
      ),
    ))!;
    const bright = (await perceptualHash(
      put(
        'c.webp',
        await sharp(await drawing(1))
          .linear(1.1, 10)
          .webp()
          .toBuffer(),
      ),
    ))!;
    expect(hashDistance(original, small)).toBeLessThanOrEqual(6);
    expect(hashDistance(original, bright)).toBeLessThanOrEqual(6);
    for (const seed of [2, 3, 4]) {
      expect(hashDistance(original, (await perceptualHash(put('d.png', await drawing(seed))))!)).toBeGreaterThan(12);
    }
    expect(
      await perceptualHash(
        put(
          'e.png',
          await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
            .png()
            .toBuffer(),
        ),
      ),
    ).toBeNull();
  });

  it('are paired exactly as comparing each with each would', async () => {
    let state = 1;
    const random = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state;
    };
    const before = Uint32Array.from({ length: 400 }, random);
    // twins differ in up to five bits of each word, so that their parts differ as much as they may
    const flipped = (word: number): number =>
      Array.from({ length: random() % 6 }).reduce<number>((bits) => bits ^ (1 << (random() % 32)), word) >>> 0;
    const after = Uint32Array.from({ length: 400 }, (_, i) => (i % 8 < 6 ? flipped(before[i]!) : random()));
    const expected: string[] = [];
    const hex = (words: Uint32Array, i: number): string =>
      [words[i * 2]!, words[i * 2 + 1]!].map((word) => word.toString(16).padStart(8, '0')).join('');
    for (let a = 0; a < 200; a++)
      for (let b = 0; b < 200; b++) if (hashDistance(hex(before, a), hex(after, b)) <= 10) expected.push(`${a} ${b}`);
    const pairs = similarPairs({ before, after, within: 10, limit: 10_000 });
    expect(pairs.map(({ a, b }) => `${a} ${b}`).sort()).toEqual(expected.sort());
    expect(expected.length).toBeGreaterThan(90);
    expect(pairs.map((pair) => pair.distance)).toEqual(pairs.map((pair) => pair.distance).toSorted((a, b) => a - b));
    expect(similarPairs({ before, after, within: 10, limit: 5 })).toEqual(pairs.slice(0, 5));
    expect((await inThread('similar', { before, after, within: 10, limit: 5 })).pairs).toEqual(pairs.slice(0, 5));
    expect(hashWords('00000001ffffffff')).toEqual([1, 0xffffffff]);
  });
});

describe('pictures', () => {
  it('are made small, upright and as WebP, from a bitmap too', async () => {
    const lying = put(
      'a.jpg',
      await sharp(await drawing(1))
        .resize(200, 100, { fit: 'fill' })
        .withMetadata({ orientation: 6 })
        .jpeg()
        .toBuffer(),
    );
    expect(await sharp(await thumbnail(lying, 64)).metadata()).toMatchObject({ format: 'webp', width: 32, height: 64 });
    expect(
      await sharp(
        await thumbnail(
          put(
            'b.bmp',
            bmp([
              [
                [9, 9, 9],
                [1, 1, 1],
              ],
            ]),
          ),
          64,
        ),
      ).metadata(),
    ).toMatchObject({ format: 'webp', width: 2, height: 1 });
    const torn = (
      await sharp(await drawing(1))
        .jpeg()
        .toBuffer()
    ).subarray(0, 3000);
    expect(await sharp(await thumbnail(put('c.jpg', torn), 64)).metadata()).toMatchObject({ width: 64 });
    await expect(thumbnail(put('d.jpg', Buffer.from('x')), 64)).rejects.toMatchObject({
      data: { finding: 'no_image' },
    });
  });

  it('of differences show every changed pixel, also where they are shrunk', async () => {
    const before = put(
      'a.png',
      await sharp({ create: { width: 100, height: 80, channels: 3, background: '#808080' } })
        .png()
        .toBuffer(),
    );
    const pixels = Buffer.alloc(100 * 80 * 3, 0x80);
    pixels[(70 * 100 + 90) * 3] = 0xff;
    const after = put(
      'b.png',
      await sharp(pixels, { raw: { width: 100, height: 80, channels: 3 } })
        .png()
        .toBuffer(),
    );
    const heat = await sharp(await heatMap(before, after, 20))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(heat.info).toMatchObject({ width: 20, height: 16 });
    const coloured: number[] = [];
    for (let i = 0; i < 320; i++) if (heat.data[i * 3] !== heat.data[i * 3 + 1]) coloured.push(i);
    expect(coloured).toEqual([14 * 20 + 18]);
    await expect(heatMap(before, put('c.png', await drawing(1)), 20)).rejects.toMatchObject({
      data: { finding: 'size_changed' },
    });
  });
});

describe('metadata', () => {
  it('is read from EXIF in both byte orders, and hostile blocks do no harm', async () => {
    const path = put(
      'a.jpg',
      await sharp(await drawing(1))
        .withMetadata({
          exif: { IFD0: { Make: 'Acme', Model: 'One' }, IFD2: { ExposureTime: '1/250', FNumber: '28/5' } },
        })
        .jpeg()
        .toBuffer(),
    );
    const { metadata, info } = await imageInfo(path);
    expect(Object.fromEntries(metadata)).toMatchObject({
      Make: 'Acme',
      Model: 'One',
      ExposureTime: '1/250',
      FNumber: '5.6',
      'Chroma subsampling': '4:2:0',
    });
    expect(info).toMatchObject({ format: 'jpeg', pages: 1 });
    const big = Buffer.from('4d4d002a00000008000101120003000000010006000000000000', 'hex');
    expect(readExif(big)).toEqual([['Orientation', '6']]);
    // a folder that points at itself, a count beyond the end, values beyond the end
    expect(readExif(Buffer.from('49492a0008000000ffff69870400010000000800000087690400010000000800', 'hex'))).toEqual(
      [],
    );
    expect(readExif(Buffer.from('49492a00080000000100 0f010200ffffff7f00000000'.replace(' ', ''), 'hex'))).toEqual([]);
    expect(readExif(Buffer.alloc(3))).toEqual([]);
  });

  it('of recordings says duration, rate and channels; a broken one is a finding', async () => {
    expect(Object.fromEntries(await audioInfo(put('a.wav', wav(2))))).toMatchObject({
      Container: 'WAVE',
      Duration: '2 s',
      'Sample rate': '8000 Hz',
      Channels: '1',
      'Bits a sample': '16',
    });
    await expect(audioInfo(put('b.wav', Buffer.from('no sound')))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      data: { finding: 'audio_damaged' },
    });
  });
});

it('knows kinds by name and by content', () => {
  expect(['a/b.JPG', 'x.tiff', 'a.bmp', 'a.csv', 'png'].map(isImageName)).toEqual([true, true, true, false, false]);
  expect(isAudioName('a.WAV')).toBe(true);
  expect(sniffImage(bmp([[[1, 2, 3]]]))).toBe('bmp');
  expect(sniffImage(Buffer.from('GIF87a'))).toBe('gif');
  expect(sniffImage(Buffer.from('<svg'))).toBeNull();
});
