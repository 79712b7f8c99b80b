import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diffImages } from './image-diff.ts';
import { bmp, bombPng, floatTiff } from './testing.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-images-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const codes = (diff: { findings: readonly { code: string; side?: string | undefined }[] }): string[] =>
  diff.findings.map(({ code, side }) => (side ? `${code} ${side}` : code));

/** A gradient of 40 × 30 with a square in it. */
function picture(change: (pixels: Buffer) => void = () => {}, channels: 3 | 4 = 3): Sharp {
  const pixels = Buffer.alloc(40 * 30 * channels, 255);
  for (let y = 0; y < 30; y++)
    for (let x = 0; x < 40; x++)
      pixels.set([x * 6, y * 8, x > 10 && x < 20 && y > 10 ? 200 : 20], (y * 40 + x) * channels);
  change(pixels);
  return sharp(pixels, { raw: { width: 40, height: 30, channels } });
}

describe('pixels', () => {
  it('are counted exactly, with the largest and the mean difference', async () => {
    const before = put('a.png', await picture().png().toBuffer());
    const after = put(
      'b.png',
      await picture((pixels) => {
        pixels[0] = pixels[0]! + 10;
        pixels[40 * 3] = pixels[40 * 3]! + 20;
      })
        .png()
        .toBuffer(),
    );
    const diff = await diffImages(before, after);
    expect(diff).toMatchObject({
      kind: 'image',
      verdict: 'changed',
      before: { width: 40, height: 30, format: 'png', mode: 'srgb, 3 channels, 8 bit', pages: 1 },
      pixels: { compared: 1200, changed: 2, maxDelta: 20 },
      findings: [],
    });
    expect(diff.pixels!.meanDelta).toBeCloseTo(30 / 1200, 10);
    expect(diff.distance).toBeLessThanOrEqual(2);
    expect((await diffImages(before, before)).verdict).toBe('identical');
  });

  it('are the same under another compression, format and metadata', async () => {
    const before = put('a.png', await picture().png({ compressionLevel: 0 }).toBuffer());
    const after = put(
      'b.webp',
      await picture()
        .withMetadata({ exif: { IFD0: { Artist: 'Ada' } } })
        .webp({ lossless: true })
        .toBuffer(),
    );
    expect(await diffImages(before, after)).toMatchObject({
      verdict: 'identical_data',
      pixels: { changed: 0 },
      distance: 0,
      metadata: expect.arrayContaining([{ name: 'Artist', before: null, after: 'Ada' }]),
    });
  });

  it('are compared as they are shown: turned by EXIF', async () => {
    const upright = put('a.png', await picture().png().toBuffer());
    const lying = put(
      'b.png',
      await sharp(await picture().png().toBuffer())
        .rotate(270)
        .withMetadata({ orientation: 6 })
        .png()
        .toBuffer(),
    );
    expect(await diffImages(upright, lying)).toMatchObject({
      verdict: 'identical_data',
      after: { width: 40, height: 30 },
      metadata: expect.arrayContaining([{ name: 'Orientation', before: null, after: '6' }]),
    });
  });

  it('keep all sixteen bits', async () => {
    const deep = (add: number): Promise<Buffer> =>
      sharp(
        Uint16Array.from({ length: 48 }, (_, i) => i * 1000 + (i === 7 ? add : 0)),
        { raw: { width: 4, height: 4, channels: 3, depth: 'ushort' } as never },
      )
        .toColourspace('rgb16')
        .png()
        .toBuffer();
    const diff = await diffImages(put('a.png', await deep(0)), put('b.png', await deep(1)));
    expect(diff).toMatchObject({
      verdict: 'changed',
      before: { mode: 'rgb16, 3 channels, 16 bit' },
      pixels: { changed: 1 },
    });
    expect(diff.pixels!.maxDelta).toBeCloseTo(1 / 257, 10);
  });

  it('of more than sixteen bits are never called the same by what eight of them say', async () => {
    const values = Float32Array.from({ length: 100 }, (_, i) => i / 100);
    const before = put('a.tif', floatTiff(10, 10, values));
    values[7]! += 0.0001;
    const diff = await diffImages(before, put('b.tif', floatTiff(10, 10, values)));
    expect(diff).toMatchObject({
      verdict: 'changed',
      before: { mode: 'b-w, 1 channel, 32 bit' },
      pixels: { changed: 0 },
    });
    expect(codes(diff)).toEqual(['deep_pixels']);
  });

  it('of eight and of sixteen bits are compared at sixteen', async () => {
    const diff = await diffImages(
      put('a.png', await picture().png().toBuffer()),
      put('b.png', await picture().toColourspace('rgb16').png().toBuffer()),
    );
    expect(codes(diff)).toEqual(['depth_changed']);
    expect(diff.pixels!.maxDelta).toBeLessThan(1);
  });

  it('that are invisible on both sides are named', async () => {
    const with4 = (r: number): Promise<Buffer> =>
      picture((pixels) => pixels.set([r, 0, 0, 0], 0), 4)
        .png()
        .toBuffer();
    const diff = await diffImages(put('a.png', await with4(1)), put('b.png', await with4(200)));
    expect(diff).toMatchObject({ verdict: 'changed', pixels: { changed: 1 } });
    expect(codes(diff)).toEqual(['hidden_pixels']);
  });

  it('of another size are not compared', async () => {
    const diff = await diffImages(
      put('a.png', await picture().png().toBuffer()),
      put('b.png', await picture().resize(20, 15).png().toBuffer()),
    );
    expect(diff).toMatchObject({ verdict: 'changed', pixels: null, after: { width: 20, height: 15 } });
    expect(codes(diff)).toEqual(['size_changed']);
    expect(diff.distance).toBeLessThan(10);
  });
});

describe('formats', () => {
  it('with pages are compared page by page', async () => {
    const gif = async (colours: string[]): Promise<Buffer> =>
      sharp(
        await Promise.all(
          colours.map((background) =>
            sharp({ create: { width: 8, height: 8, channels: 3, background } })
              .png()
              .toBuffer(),
          ),
        ),
        { join: { animated: true } },
      )
        .gif()
        .toBuffer();
    const before = put('a.gif', await gif(['red', 'blue', 'lime']));
    expect(await diffImages(before, put('b.gif', await gif(['red', 'blue', 'black'])))).toMatchObject({
      verdict: 'changed',
      before: { pages: 3, width: 8, height: 8 },
      pixels: { compared: 192, changed: 64 },
    });
    const shorter = await diffImages(before, put('c.gif', await gif(['red', 'blue'])));
    expect(shorter).toMatchObject({ verdict: 'changed', pixels: { changed: 0 } });
    expect(codes(shorter)).toEqual(['first_page_only']);
  });

  it('CMYK, TIFF, AVIF and BMP are decoded', async () => {
    const cmyk = put('a.jpg', await picture().toColourspace('cmyk').jpeg().toBuffer());
    expect(await diffImages(cmyk, cmyk)).toMatchObject({
      verdict: 'identical',
      before: { mode: 'cmyk, 4 channels, 8 bit' },
      pixels: { changed: 0 },
    });
    const tiff = put('a.tif', await picture().tiff({ compression: 'lzw' }).toBuffer());
    expect(await diffImages(tiff, put('a.png', await picture().png().toBuffer()))).toMatchObject({
      verdict: 'identical_data',
      before: { format: 'tiff' },
    });
    const avif = put('a.avif', await picture().avif({ effort: 0 }).toBuffer());
    expect(await diffImages(avif, tiff)).toMatchObject({
      before: { format: 'avif', width: 40 },
      pixels: { compared: 1200 },
    });
    const rows = [
      [
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
      ],
      [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
    ] as const;
    const png = await sharp(Buffer.from(rows.flat(2)), { raw: { width: 3, height: 2, channels: 3 } })
      .png()
      .toBuffer();
    for (const gap of [0, 12])
      expect(await diffImages(put('a.bmp', bmp(rows, gap)), put('c.png', png))).toMatchObject({
        verdict: 'identical_data',
        before: { format: 'bmp', width: 3, height: 2, mode: 'srgb, 24 bits a pixel' },
      });
  });
});

describe('what cannot be decoded', () => {
  it('is a finding of its side', async () => {
    const good = await picture().jpeg().toBuffer();
    const fine = put('a.jpg', good);
    const torn = await diffImages(fine, put('torn.jpg', good.subarray(0, good.length - 200)));
    expect(codes(torn)).toEqual(['image_damaged after']);
    expect(torn).toMatchObject({ verdict: 'changed', after: { width: 40 }, pixels: null });
    expect(codes(await diffImages(fine, put('text.jpg', Buffer.from('no image'))))).toEqual(['no_image after']);
    expect(codes(await diffImages(put('empty.png', Buffer.alloc(0)), fine))).toEqual(['no_image before']);
    expect(codes(await diffImages(put('x.bmp', bmp([[[1, 2, 3]]]).subarray(0, 40)), fine))).toEqual([
      'image_damaged before',
    ]);
    expect(codes(await diffImages(put('y.bmp', bmp([[[1, 2, 3]]]).subarray(0, 55)), fine))).toEqual([
      'image_damaged before',
    ]);
    expect(
      codes(
        await diffImages(
          put('x.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')),
          fine,
        ),
      ),
    ).toEqual(['no_image before']);
  });

  it('and bombs are not blown up', async () => {
    const fine = put('a.png', await picture().png().toBuffer());
    expect(codes(await diffImages(put('bomb.png', bombPng(60_000, 60_000)), fine))).toEqual(['image_too_large before']);
    expect(codes(await diffImages(put('row.png', bombPng(5_000_000, 48)), fine))).toEqual(['image_too_large before']);
    expect(codes(await diffImages(put('empty.png', bombPng(12_000, 12_000)), fine))).toEqual(['image_damaged before']);
    // ten thousand bytes behind it, so that its pixels might be there
    const large = Buffer.concat([bombPng(9000, 9000), Buffer.alloc(10_000)]);
    const diff = await diffImages(put('large.png', large), put('large2.png', Buffer.concat([large, Buffer.from('x')])));
    expect(diff).toMatchObject({ verdict: 'changed', pixels: null, before: { width: 9000 } });
    expect(codes(diff)).toContain('pixels_not_compared');
    const wide = bmp([[[1, 2, 3]]]);
    wide.writeUInt32LE(0x7fffffff, 18);
    expect(codes(await diffImages(put('wide.bmp', wide), fine))).toEqual(['image_too_large before']);
  });

  it('is no difference where a side is missing', async () => {
    const fine = put('a.png', await picture().png().toBuffer());
    expect(await diffImages(null, fine)).toMatchObject({
      verdict: 'changed',
      before: null,
      after: { width: 40 },
      pixels: null,
      distance: null,
      findings: [],
    });
    await expect(diffImages(fine, join(folder, 'gone.png'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('ends at once when it is cancelled', async () => {
    const fine = put('a.png', await picture().png().toBuffer());
    await expect(diffImages(fine, fine, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
