import { expect, test } from 'vitest';
import { insideOf, sideLabel, versionFacts } from './side-words.ts';

test('sides are called as people speak of them', () => {
  expect(sideLabel({ kind: 'version', path: 'a', rev: null })).toBe('working copy');
  expect(sideLabel({ kind: 'version', path: 'a', rev: 'v1.2' })).toBe('v1.2');
  expect(sideLabel({ kind: 'version', path: 'a', rev: '0123456789abcdef0123456789abcdef01234567' })).toBe('0123456');
  expect(sideLabel({ kind: 'version', path: 'a', rev: '0123456789abcdef0123456789abcdef' })).toBe('0123456');
  expect(sideLabel({ kind: 'file', file: '/tmp/a.csv' })).toBe('file on disk');
});

test('a file inside a folder keeps the version of the folder', () => {
  expect(insideOf({ kind: 'version', path: 'data/images/', rev: 'v1' }, 'cats/1.png')).toEqual({
    kind: 'version',
    path: 'data/images/cats/1.png',
    rev: 'v1',
  });
  expect(insideOf({ kind: 'file', file: '/tmp/images' }, 'a.png')).toEqual({ kind: 'file', file: '/tmp/images/a.png' });
});

test('only what is known of a version is said', () => {
  expect(versionFacts({ size: 2048, nfiles: null, rows: 1000 })).toBe('1,000 rows · 2 KiB');
  expect(versionFacts({ size: null, nfiles: null, rows: null })).toBe('');
});
