import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServedAddress } from '../../../shared/served-address.ts';
import type { Located } from '../datasets/located.ts';
import { createPictureCache } from './picture-cache.ts';
import { createServedFiles } from './served-file.ts';

let root: string;
let diff: { before: Located; after: Located };
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-served-'));
  mkdirSync(join(root, 'p'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (path: string, bytes: Uint8Array | string): string => {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, bytes);
  return full;
};
const square = (background: string, side = 300): Promise<Buffer> =>
  sharp({ create: { width: side, height: side, channels: 3, background } })
    .png()
    .toBuffer();
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');
const common = { name: 'imgs', label: 'x', hash: null, size: null };
const commit = { id: 'c', at: 0, author: 'a', message: 'm' };

const serve = (located?: Located) =>
  createServedFiles({
    projects: { get: () => ({ root: join(root, 'p') }) },
    artifactFile: (_project, _run, path) => ({ path, mediaType: 'x/y', size: 1 }),
    locate: async () => located!,
    diffSides: async () => diff,
  });
const data = (path: string, rev: string | null = null, thumb: number | null = null): ServedAddress => ({
  kind: 'data',
  project: 'p',
  rev,
  path,
  thumb,
});
const side = (which: 'before' | 'after' | 'heat', path: string, thumb: number | null = null): ServedAddress => ({
  kind: 'diff',
  project: 'p',
  diff: 'd',
  which,
  path,
  thumb,
});

describe('a file of the working copy', () => {
  it('comes as it is, or small; what changes has another tag', async () => {
    put('p/imgs/a.png', await square('red', 600));
    const ask = serve();
    const whole = await ask(data('imgs/a.png'));
    expect(whole).toMatchObject({ path: join(root, 'p/imgs/a.png'), mediaType: 'image/png', immutable: false });
    const thumb = await ask(data('imgs/a.png', null, 128));
    expect(thumb.mediaType).toBe('image/webp');
    expect(await sharp(thumb.path).metadata()).toMatchObject({ format: 'webp', width: 128, height: 128 });
    expect(thumb.path.startsWith(join(root, 'p/.assay/cache/thumbs'))).toBe(true);
    expect(await ask(data('imgs/a.png', null, 128))).toEqual(thumb);
    put('p/imgs/a.png', await square('blue', 600));
    utimesSync(join(root, 'p/imgs/a.png'), 1, 1);
    const now = await ask(data('imgs/a.png', null, 128));
    expect([now.etag === thumb.etag, (await ask(data('imgs/a.png'))).etag === whole.etag]).toEqual([false, false]);
  });

  it('never comes through a link that leads out, nor from what git, DVC and Assay keep', async () => {
    const secret = put('secret.png', await square('red', 600));
    mkdirSync(join(root, 'p/imgs'));
    symlinkSync(secret, join(root, 'p/imgs/link.png'));
    symlinkSync(root, join(root, 'p/imgs/up'));
    put('p/.git/config', 'x'.repeat(2000));
    const ask = serve({ ...common, commit: null, kind: 'file', file: secret });
    for (const path of ['imgs/link.png', 'imgs/up/secret.png', '.git/config', '../secret.png'])
      for (const thumb of [null, 64])
        await expect(ask(data(path, null, thumb)), path).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('that is no image has no thumbnail, and says why', async () => {
    put('p/imgs/a.png', 'x'.repeat(2000));
    await expect(serve()(data('imgs/a.png', null, 64))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('not a PNG'),
    });
  });
});

describe('a version', () => {
  it('is kept by browsers where the address can never mean another', async () => {
    const bytes = await square('red');
    const object = put('p/.dvc/cache/files/md5/ab/cdef', bytes);
    const ask = serve({ ...common, name: 'a.png', kind: 'file', file: object, hash: md5(bytes), commit });
    expect(await ask(data('imgs/a.png', 'main'))).toMatchObject({
      mediaType: 'image/png',
      etag: `"${md5(bytes)}"`,
      immutable: false,
    });
    expect(await ask(data('imgs/a.png', 'a'.repeat(40)))).toMatchObject({ immutable: true });
    await expect(serve({ ...common, kind: 'folder', files: [], commit })(data('imgs', 'main'))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });
});

describe('a diff', () => {
  it('serves both sides and where they differ, made once', async () => {
    const [red, blue] = [await square('red'), await square('blue')];
    const folder = (bytes: Buffer, name: string): Located => ({
      ...common,
      commit,
      kind: 'folder',
      files: [
        { relpath: 'x/a.png', md5: md5(bytes), size: 1, file: put(`p/.dvc/cache/files/md5/${name}`, bytes) },
        { relpath: 'gone.png', md5: md5(bytes), size: null, file: null },
      ],
    });
    diff = { before: folder(red, '1'), after: folder(blue, '2') };
    const ask = serve();
    expect(readFileSync((await ask(side('before', 'x/a.png'))).path)).toEqual(red);
    expect(readFileSync((await ask(side('after', 'x/a.png'))).path)).toEqual(blue);
    expect((await sharp((await ask(side('after', 'x/a.png', 64))).path).stats()).dominant).toMatchObject({
      r: 8,
      b: 248,
    });
    const heat = await ask(side('heat', 'x/a.png'));
    expect(heat.mediaType).toBe('image/png');
    expect(await sharp(heat.path).metadata()).toMatchObject({ format: 'png', width: 300, height: 300 });
    expect(await ask(side('heat', 'x/a.png'))).toEqual(heat);
    await expect(ask(side('before', 'gone.png'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('Pull'),
    });
    await expect(ask(side('before', 'nowhere.png'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(ask(side('before', ''))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('of folders that a person named stays inside them', async () => {
    const inside = put('elsewhere/a.png', await square('red'));
    const secret = put('secret.png', await square('red'));
    symlinkSync(secret, join(root, 'elsewhere/link.png'));
    const located: Located = {
      ...common,
      commit: null,
      kind: 'folder',
      files: [
        { relpath: 'a.png', md5: null, size: 1, file: inside },
        { relpath: 'link.png', md5: null, size: 1, file: join(root, 'elsewhere/link.png') },
        // as no honest listing would have it
        { relpath: 'odd.png', md5: null, size: 1, file: secret },
      ],
    };
    diff = { before: located, after: { ...common, name: 'secret.png', commit: null, kind: 'file', file: secret } };
    const ask = serve();
    expect((await ask(side('before', 'a.png'))).path).toBe(inside);
    for (const path of ['link.png', 'odd.png'])
      await expect(ask(side('before', path))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect((await ask(side('after', ''))).path).toBe(secret);
  });
});

describe('the cache of pictures', () => {
  const bytes = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array(1000));
  const names = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => one.name);

  it('keeps to its size, the oldest going first, and leaves no half files', async () => {
    const folder = join(root, 'thumbs');
    const cache = createPictureCache(folder, 10_000);
    const first = await cache.get('0', 'webp', bytes);
    await cache.settled();
    utimesSync(first.path, 1, 1);
    for (let i = 1; i < 30; i++) await cache.get(String(i), 'webp', bytes);
    await cache.settled();
    expect(names(folder).length).toBeLessThanOrEqual(10);
    expect(names(folder).length).toBeGreaterThan(5);
    expect(existsSync(first.path)).toBe(false);
    expect(names(folder).every((name) => name.endsWith('.webp'))).toBe(true);
  });

  it('makes a picture once for all who ask, again after a failure, and again when its file is empty', async () => {
    const cache = createPictureCache(join(root, 'thumbs'));
    let made = 0;
    const make = async (): Promise<Uint8Array> => {
      made++;
      return bytes();
    };
    const all = await Promise.all([1, 2, 3].map(() => cache.get('k', 'webp', make)));
    expect([made, new Set(all.map((one) => one.path)).size]).toEqual([1, 1]);
    writeFileSync(all[0]!.path, '');
    await cache.get('k', 'webp', make);
    expect(made).toBe(2);
    await expect(cache.get('bad', 'webp', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect((await cache.get('bad', 'webp', make)).size).toBe(1000);
  });

  it('goes elsewhere when its folder cannot be made', async () => {
    put('thumbs', 'a file');
    const { path } = await createPictureCache(join(root, 'thumbs')).get('k', 'webp', bytes);
    expect(readFileSync(path).length).toBe(1000);
    rmSync(dirname(dirname(path)), { recursive: true });
  });
});
