import { expect, test } from 'vitest';
import { beforeOf, moved } from './order.ts';

const list = ['a', 'b', 'c', 'd'].map((run) => ({ run }));
const names = (items: { run: string }[]): string => items.map((item) => item.run).join('');

test('puts a run before another, or last', () => {
  expect(names(moved(list, 'd', 'b'))).toBe('adbc');
  expect(names(moved(list, 'a', 'c'))).toBe('bacd');
  expect(names(moved(list, 'b', null))).toBe('acdb');
  expect(names(moved(list, 'b', 'b'))).toBe('abcd');
  expect(names(moved(list, 'x', 'b'))).toBe('abcd');
  expect(names(moved(list, 'a', 'x'))).toBe('abcd');
});

test('one place up, one place down, and to the ends', () => {
  const after = (run: string, by: number): string => {
    const before = beforeOf(list, run, by);
    return before === undefined ? 'same' : names(moved(list, run, before));
  };
  expect(after('c', -1)).toBe('acbd');
  expect(after('a', 1)).toBe('bacd');
  expect(after('c', 1)).toBe('abdc');
  expect(after('d', -9)).toBe('dabc');
  expect(after('a', 9)).toBe('bcda');
  expect(after('a', -1)).toBe('same');
  expect(after('d', 1)).toBe('same');
});
