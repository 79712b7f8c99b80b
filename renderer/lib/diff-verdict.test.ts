import { describe, expect, test } from 'vitest';
import type { BytesDiff, FolderDiff, ImageDiff } from '../../shared/contract/diffs.ts';
import { tableDiff } from '../features/diffs/testing.ts';
import { earlyWords, keyWords, share, verdictWords } from './diff-verdict.ts';

describe('the verdict in words', () => {
  test('a changed table counts rows, columns and schema', () => {
    expect(verdictWords(tableDiff())).toEqual({
      headline: 'Data changed',
      detail: '1,204 rows changed in 2 of 5 columns, 12 added, 3 removed, 1 column added, 1 renamed',
    });
  });
  test('the first count says what is counted', () => {
    expect(verdictWords(tableDiff({ rows: { changed: 0, added: 0 }, columns: [] })).detail).toBe('3 rows removed');
  });
  test('only the order, only the schema, only the bytes', () => {
    expect(verdictWords(tableDiff({ verdict: 'order_only', rows: { moved: 17 } })).detail).toBe(
      '17 rows moved, no value differs',
    );
    expect(verdictWords(tableDiff({ verdict: 'schema_only' })).detail).toBe(
      '1 column added, 1 renamed, no value differs',
    );
    expect(verdictWords(tableDiff({ verdict: 'identical_data' })).headline).toBe('Same data, different bytes');
    expect(verdictWords(tableDiff({ verdict: 'identical' })).detail).toBe('every byte is the same');
  });
  test('folders, images, texts and binaries', () => {
    const folder = {
      kind: 'folder',
      verdict: 'changed',
      files: { added: 2, removed: 0, changed: 1000, renamed: 1, unchanged: 5 },
    };
    expect(verdictWords(folder as FolderDiff).detail).toBe('1,000 files changed, 2 added, 1 renamed');
    const image = {
      kind: 'image',
      verdict: 'changed',
      before: null,
      after: null,
      pixels: { compared: 10_000, changed: 1 },
    };
    expect(verdictWords(image as ImageDiff).detail).toBe('1 pixel of 10,000 differs (0.01 %)');
    const text = { kind: 'text', verdict: 'changed', lines: { before: 3, after: 4, added: 2, removed: 1 } };
    expect(verdictWords(text as BytesDiff).detail).toBe('2 lines added, 1 removed');
    const binary = { kind: 'binary', verdict: 'changed', bytes: { before: 1024, after: 2048 } };
    expect(verdictWords(binary as BytesDiff).detail).toBe('1 KiB became 2 KiB');
  });
});

test('a share is never rounded to nothing or to all', () => {
  expect(share(0, 10)).toBe('0 %');
  expect(share(1, 1_000_000)).toBe('< 0.01 %');
  expect(share(999_999, 1_000_000)).toBe('> 99.99 %');
  expect(share(10, 10)).toBe('100 %');
  expect(share(1, 3)).toBe('33 %');
  expect(share(5, 1000)).toBe('0.50 %');
});

test('what is known early is said early', () => {
  expect(earlyWords(null)).toBeNull();
  expect(
    earlyWords({ verdict: null, rowsBefore: null, rowsAfter: null, columnsAdded: 0, columnsRemoved: 0 }),
  ).toBeNull();
  expect(earlyWords({ verdict: 'changed', rowsBefore: 10, rowsAfter: 12, columnsAdded: 1, columnsRemoved: 0 })).toEqual(
    {
      headline: 'Data changed',
      detail: '10 rows before, 12 after, 1 column added',
    },
  );
});

test('how the key was found', () => {
  expect(keyWords(tableDiff())).toBe('Rows matched by id, found: unique on both sides');
  expect(
    keyWords(tableDiff({ key: { columns: [], source: 'none', uniqueBefore: null, uniqueAfter: null } })),
  ).toContain('No key');
  expect(
    keyWords(
      tableDiff({
        key: { columns: ['a', 'b'], source: 'found', uniqueBefore: true, uniqueAfter: false },
        rows: { duplicateKeysAfter: 2 },
      }),
    ),
  ).toBe('Rows matched by a + b, found: 2 repeated keys');
});
