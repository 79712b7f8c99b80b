import { expect, test } from 'vitest';
import { createKeyReader, SHORTCUTS } from './shortcuts.ts';

test('one key, and two keys in time', () => {
  const read = createKeyReader();
  expect(read('n', 0)).toBe('newRun');
  expect(read('g', 10)).toBeNull();
  expect(read('q', 500)).toBe('queue');
  expect(read('?', 600)).toBe('help');
});

test('a second key that comes too late stands for itself', () => {
  const read = createKeyReader();
  read('g', 0);
  expect(read('n', 2000)).toBe('newRun');
  read('g', 3000);
  expect(read('q', 5000)).toBeNull();
});

test('an unknown pair does nothing, and its second key may begin a new one', () => {
  const read = createKeyReader();
  read('g', 0);
  expect(read('x', 10)).toBeNull();
  read('g', 20);
  expect(read('g', 30)).toBeNull();
  expect(read('r', 40)).toBe('runs');
});

test('no two actions share keys', () => {
  const keys = Object.values(SHORTCUTS).map((shortcut) => shortcut.keys);
  expect(new Set(keys).size).toBe(keys.length);
});
