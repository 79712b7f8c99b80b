import { expect, test } from 'vitest';
import { pathSteps, tone, treeCounts } from './tree-rows.ts';

const files = { added: 0, removed: 0, changed: 0, renamed: 0, unchanged: 0 };

test('counts say only what happened', () => {
  expect(treeCounts({ files: { ...files, added: 1200, renamed: 1, unchanged: 7 } })).toBe('+1,200 →1');
  expect(treeCounts({ files })).toBe('');
});

test('the way to a folder', () => {
  expect(pathSteps('a/b/c')).toEqual(['a', 'a/b', 'a/b/c']);
  expect(pathSteps('')).toEqual([]);
});

test('removed is the side before, added the side after', () => {
  expect(tone({ files: { ...files, removed: 3 } })).toBe(0);
  expect(tone({ files: { ...files, added: 3 } })).toBe(1);
  expect(tone({ files: { ...files, changed: 3 } })).toBe(0.5);
  expect(tone({ files })).toBe(0.5);
});
