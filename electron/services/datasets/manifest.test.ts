import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readManifest, writeManifest } from './manifest.ts';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const folder = (files: Record<string, string>) =>
  writeManifest(Object.entries(files).map(([relpath, text]) => ({ relpath, md5: md5(text) })));

describe('writeManifest', () => {
  it("makes the bytes that DVC's own tests expect", () => {
    const { bytes, hash } = folder({ foo: 'foo', bar: 'bar' });
    expect(bytes.toString()).toBe(
      '[{"md5": "37b51d194a7513e45b56f6524f2d51f2", "relpath": "bar"}, {"md5": "acbd18db4cc2f85cedef654fccc4a4d8", "relpath": "foo"}]',
    );
    expect(hash).toBe('5ea40360f5b4ec688df672a4db9c17d1.dir');
  });

  it('makes the ids that dvc makes for names that need escapes', () => {
    expect(folder({ Z: 'z', 'a b.txt': '', 'a/b': 'q', 'a/😀.png': 'y', 'b/é.txt': 'x' }).hash).toBe(
      'a831b8f470814df6f70586fc21f3a2ca.dir',
    );
    expect(folder({ 'q"uo\\te': '1', 'tab\t': '2', '\u007f': '3', '\u2028': '4' }).hash).toBe(
      'e14dd7f677f1775568b5e2fef6e63ff0.dir',
    );
    expect(folder({}).bytes.toString()).toBe('[]');
  });

  it('sorts by code point, not by UTF-16 unit', () => {
    const order = readManifest(folder({ '😀': '', '\uffee': '', z: '', 'a/b': '', a0: '' }).bytes, 'x');
    expect(order.map((entry) => entry.relpath)).toEqual(['a/b', 'a0', 'z', '\uffee', '😀']);
  });
});

describe('readManifest', () => {
  const read = (...paths: unknown[]) =>
    readManifest(Buffer.from(JSON.stringify(paths.map((relpath) => ({ relpath, md5: md5('') })))), 'x');

  it.each(['../up', 'a/../../up', '/etc/passwd', '', '.', 'a//b', 'a/./b', 'nul\0', 7, null, '/'])(
    'refuses the path %j',
    (path) => {
      expect(() => read(path)).toThrow(/not inside the folder/);
    },
  );

  it('refuses the same path twice, and a file that is a folder too', () => {
    expect(() => read('a', 'a')).toThrow(/twice/);
    expect(() => read('a/b/c', 'a')).toThrow(/both a file and a folder/);
  });

  it.each(['', '{}', 'null', '[null]', '[{"relpath":"a"}]', '[{"relpath":"a","md5":"../../../x"}]', '[['])(
    'refuses %j',
    (text) => {
      expect(() => readManifest(Buffer.from(text), 'x')).toThrow(/cannot be used/);
    },
  );

  it('reads a million entries without harm', () => {
    const many = Array.from({ length: 1_000_000 }, (_, i) => `{"md5":"${'0'.repeat(32)}","relpath":"d/${i}"}`);
    const started = performance.now();
    expect(readManifest(Buffer.from(`[${many.join(',')}]`), 'x')).toHaveLength(1_000_000);
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it('takes __proto__ for a name like any other', () => {
    expect(read('__proto__', 'constructor').map((entry) => entry.relpath)).toEqual(['__proto__', 'constructor']);
  });
});
