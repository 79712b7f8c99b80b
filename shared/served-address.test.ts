import { describe, expect, it } from 'vitest';
import { dataAddress, diffAddress, isServedPath, parseServedAddress } from './served-address.ts';
import { rawAddress, servedAnswer } from './serving.ts';

const parse = (address: string) => {
  const { pathname, search } = new URL(address, 'http://assay.invalid');
  return parseServedAddress(pathname, search);
};

describe('addresses of bytes', () => {
  it('are read as they were written, whatever the names', () => {
    const path = 'ü "x" #?%2f/a+b&c=d.png';
    const data = { project: 'p', rev: 'feature/x', path };
    expect(parse(dataAddress(data))).toEqual({ kind: 'data', ...data, thumb: null });
    expect(parse(dataAddress({ ...data, rev: null }, { thumb: 200, download: true }))).toEqual({
      kind: 'data',
      ...data,
      rev: null,
      thumb: 256,
    });
    const diff = { project: 'p', diff: 'd-1', which: 'heat', path } as const;
    expect(parse(diffAddress(diff, { thumb: 1 }))).toEqual({ kind: 'diff', ...diff, thumb: 64 });
    expect(parse(diffAddress({ ...diff, which: 'before', path: '' }))).toEqual({
      kind: 'diff',
      ...diff,
      which: 'before',
      path: '',
      thumb: null,
    });
    expect(parse(rawAddress({ project: 'p', run: 'r', path }))).toEqual({ kind: 'run', project: 'p', run: 'r', path });
    expect(parse(dataAddress(data, { thumb: 99_999 }))).toMatchObject({ thumb: 2048 });
  });

  it('that could lead elsewhere are none', () => {
    for (const address of [
      '/data/p/~',
      '/data/p/~/',
      '/data/p/~/a//b',
      '/data/p/~/..%2fsecret',
      '/data/p/~/%2e%2e%2fsecret',
      '/data/p/~/a%5c..%5cb',
      '/data/p/~/a%00',
      '/data/p/%00/a',
      '/data/p/~/%',
      '/data/p%2fq/~/a',
      '/data/%2e%2e/~/a',
      '/diff/p/d',
      '/diff/p/d/other/a',
      '/diff/p/d%2fe/before/a',
      '/diff/p/d/before/',
      '/raw/p/r',
      '/raw/p/a%2fb/c',
      '/data/p/~/a?thumb=x',
      '/data/p/~/a?thumb=-1',
      '/data/p/~/a?thumb=',
    ]) {
      expect(isServedPath(address), address).toBe(true);
      expect(
        parseServedAddress(address.split('?')[0]!, address.includes('?') ? `?${address.split('?')[1]}` : ''),
        address,
      ).toBeNull();
    }
    expect([isServedPath('/p/x/data'), isServedPath('/database/x'), parse('/p/x')]).toEqual([false, false, null]);
  });
});

describe('answers', () => {
  const found = { path: '/x', mediaType: 'image/webp', size: 10, etag: '"abc"', immutable: false };
  const asked = { name: 'a.png', download: false, range: null, ifNoneMatch: null };

  it('say how long they hold', () => {
    expect(servedAnswer(found, asked)).toMatchObject({
      status: 200,
      headers: { etag: '"abc"', 'cache-control': 'private, no-cache', 'content-length': '10' },
    });
    expect(servedAnswer({ ...found, immutable: true }, asked).headers['cache-control']).toBe(
      'private, max-age=31536000, immutable',
    );
    for (const ifNoneMatch of ['"abc"', 'W/"abc"', '"x", "abc"'])
      expect(servedAnswer(found, { ...asked, ifNoneMatch })).toMatchObject({ status: 304, bytes: null });
    expect(servedAnswer(found, { ...asked, ifNoneMatch: '"abcd"' }).status).toBe(200);
  });

  it('hold a range, the whole or nothing', () => {
    expect(servedAnswer(found, { ...asked, range: 'bytes=2-4' })).toMatchObject({
      status: 206,
      bytes: { start: 2, end: 4 },
      headers: { 'content-range': 'bytes 2-4/10', 'content-length': '3' },
    });
    expect(servedAnswer(found, { ...asked, range: 'bytes=10-' })).toMatchObject({
      status: 416,
      bytes: null,
      headers: { 'content-range': 'bytes */10' },
    });
    expect(servedAnswer({ ...found, size: 0 }, asked)).toMatchObject({ status: 200, bytes: null });
  });
});
