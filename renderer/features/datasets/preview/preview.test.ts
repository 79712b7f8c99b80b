import { expect, test } from 'vitest';
import type { ColumnProfile } from '../../../../shared/contract/tables.ts';
import { kindOf } from './kind-of.ts';
import { briefWords, profileFacts, shareWords } from './profile-words.ts';
import { barHeights } from './sparkline.tsx';
import { andCondition, quotedName, quotedText, typeMark, usualWidth } from './types-in-words.ts';
import { isRev } from './version-picker.tsx';

const profile: ColumnProfile = {
  name: 'age',
  type: 'BIGINT',
  rows: 1000,
  nulls: 10,
  distinct: 60,
  distinctExact: false,
  min: '18',
  max: '77',
  mean: 47.5,
  sd: 17.3,
  quantiles: [20, 32, 47, 62, 75],
  spread: { kind: 'numeric', edges: [18, 48, 78], counts: [400, 590] },
};

test('files are shown by their name', () => {
  expect(['a.csv', 'b.JSONL.gz', 'x/y.parquet', 'a.feather'].map(kindOf)).toEqual(Array(4).fill('table'));
  expect(['a.PNG', 'b.jpeg', 'c.tiff'].map(kindOf)).toEqual(Array(3).fill('image'));
  expect(['README', 'notes.md', 'LICENSE', 'a.yaml'].map(kindOf)).toEqual(Array(4).fill('text'));
  expect(['model.bin', 'archive.zip', 'a.csv.bz2'].map(kindOf)).toEqual(Array(3).fill('other'));
});

test('types have glyphs, and numbers stand on the right', () => {
  expect(typeMark('BIGINT')).toMatchObject({ glyph: '#', right: true });
  expect(typeMark('DECIMAL(10,2)')).toMatchObject({ word: 'number', right: true });
  expect(typeMark('TIMESTAMP WITH TIME ZONE').word).toBe('time');
  expect(typeMark('INTEGER[]').word).toBe('nested');
  expect(typeMark('INTERVAL').word).toBe('text');
  expect(usualWidth('a', 'BIGINT')).toBeLessThan(usualWidth('a', 'VARCHAR'));
  expect(usualWidth('x'.repeat(500), 'BIGINT')).toBeLessThanOrEqual(260);
});

test('a share never says 0 or 100 per cent of what is not', () => {
  expect([0, 1, 50, 999_999, 1_000_000].map((part) => shareWords(part, 1_000_000))).toEqual([
    '0 %',
    '<0.1 %',
    '<0.1 %',
    '>99.9 %',
    '100 %',
  ]);
  expect(shareWords(0, 0)).toBe('0 %');
});

test('a profile at a glance, and in full', () => {
  expect(briefWords(profile)).toBe('1.0 % null · 18 … 77');
  expect(briefWords({ ...profile, spread: null, nulls: 0 })).toBe('~60 values');
  expect(briefWords({ ...profile, spread: null, distinct: 990, distinctExact: true })).toBe(
    '1.0 % null · all different',
  );
  expect(briefWords({ ...profile, spread: null, distinct: 990, distinctExact: true })).toBe(
    '1.0 % null · all different',
  );
  expect(briefWords({ ...profile, nulls: 1000 })).toBe('all null');
  const facts = Object.fromEntries(profileFacts(profile));
  expect(facts).toMatchObject({ Null: '10 (1.0 %)', 'Different values': 'about 60', Median: '47', Largest: '77' });
});

test('bars: nothing is nothing, and little can still be seen', () => {
  expect(barHeights([0, 1, 1000])).toEqual([0, 0.06, 1]);
  expect(barHeights([])).toEqual([]);
});

test('parts are added to a condition without changing what it meant', () => {
  expect(andCondition(' ', 'a = 1')).toBe('a = 1');
  expect(andCondition('b > 2', 'a = 1')).toBe('b > 2 AND a = 1');
  expect(andCondition('b > 2 OR c', 'a = 1')).toBe('(b > 2 OR c) AND a = 1');
  expect(quotedName('a"b')).toBe('"a""b"');
  expect(quotedText("it's")).toBe("'it''s'");
});

test('a version is found by commit, hash or tag', () => {
  const version = { commit: 'abcdef1234', hash: '99887766', tags: ['a@v1'] } as Parameters<typeof isRev>[0];
  expect(['abcdef', '9988', 'a@v1'].map((rev) => isRev(version, rev))).toEqual([true, true, true]);
  expect(['ab', 'v1', 'HEAD'].map((rev) => isRev(version, rev))).toEqual([false, false, false]);
});
