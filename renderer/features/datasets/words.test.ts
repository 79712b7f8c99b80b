import { describe, expect, test } from 'vitest';
import { aDataset } from './testing.ts';
import {
  cacheWords,
  commitMessage,
  differenceWords,
  driftWords,
  signedBytes,
  stateWords,
  sumWords,
  tagWord,
} from './words.ts';

const files = { added: 3, removed: 0, changed: 1 };

describe('how a working copy stands', () => {
  test('says what differs by files and size', () => {
    expect(driftWords({ size: 1_258_291, nfiles: 3, files })).toBe('3 files added, 1 changed, +1.2 MiB');
    expect(driftWords({ size: -340, nfiles: 0, files: { added: 0, removed: 0, changed: 1 } })).toBe(
      '1 file changed, −340 B',
    );
    expect(driftWords({ size: 0, nfiles: 0, files: null })).toBe('Changed');
    expect(driftWords({ size: 2048, nfiles: 0, files: null })).toBe('Changed, +2 KiB');
  });
  test('has a tone for what waits and for what is missing', () => {
    expect(stateWords(aDataset()).tone).toBe('calm');
    expect(stateWords(aDataset({ state: 'modified' }))).toEqual({ words: 'Changed', tone: 'work' });
    expect(stateWords(aDataset({ state: 'not in cache' })).tone).toBe('bad');
  });
  test('is a sentence where there is room for one', () => {
    expect(differenceWords({ drift: { size: 0, nfiles: 0, files: null } })).toBe(
      'The working copy has changed since the recorded version.',
    );
    expect(differenceWords({ drift: { size: -5, nfiles: 0, files: null } })).toContain('(−5 B)');
    expect(differenceWords({ drift: { size: 0, nfiles: 3, files } })).toContain('3 files added, 1 changed.');
  });
});

test('sums, bytes with a sign, tags and messages', () => {
  expect(signedBytes(0)).toBe('+0 B');
  expect(sumWords([aDataset(), aDataset({ size: null })])).toBe('2 datasets, 10 B');
  expect(tagWord('data/train@v1')).toBe('v1');
  expect(tagWord('v1')).toBe('v1');
  expect(commitMessage([aDataset()])).toBe('Update a.csv');
  expect(commitMessage([aDataset(), aDataset({ path: 'b' })])).toBe('Update 2 datasets');
});

test('the cache says what the disk really pays', () => {
  const cache = {
    folder: '/c',
    configured: [],
    used: 'hardlink' as const,
    objects: 2,
    bytes: 2048,
    sharedBytes: 1024,
    diskBytes: 1024,
  };
  expect(cacheWords(cache)).toBe('1 KiB on disk for 2 KiB of data in 2 objects, 1 KiB shared with the working copy');
});
