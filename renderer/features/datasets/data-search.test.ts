import { expect, test } from 'vitest';
import { nextTableSort, readTableSort, sideAt, validateDataSearch, writeTableSort } from './data-search.ts';

test('any link opens: what makes no sense is left out', () => {
  expect(validateDataSearch({ path: 'a.csv', tab: 'nowhere', where: 'x > 1', q: 7, sort: '', other: 1 })).toEqual({
    path: 'a.csv',
    where: 'x > 1',
    q: '7',
  });
  expect(validateDataSearch({ path: ['a'], rev: 'x'.repeat(301), tab: 'preview' })).toEqual({ tab: 'preview' });
});

test('a sort survives the address, whatever the column is called', () => {
  for (const column of ['age', '-odd', '+odd', 'a b', '-'])
    for (const desc of [true, false]) expect(readTableSort(writeTableSort({ column, desc }))).toEqual({ column, desc });
  expect(writeTableSort(null)).toBeUndefined();
  expect(readTableSort(undefined)).toBeNull();
});

test('clicks on a head: up, down, and back to the order of the file', () => {
  const up = nextTableSort(null, 'a');
  const down = nextTableSort(up, 'a');
  expect([up, down, nextTableSort(down, 'a')]).toEqual([
    { column: 'a', desc: false },
    { column: 'a', desc: true },
    null,
  ]);
  expect(nextTableSort(down, 'b')).toEqual({ column: 'b', desc: false });
});

test('a file inside of a folder is a side of its own', () => {
  expect(sideAt('images', 'train/1.png', 'v1')).toEqual({ kind: 'version', path: 'images/train/1.png', rev: 'v1' });
  expect(sideAt('a.csv', undefined, undefined)).toEqual({ kind: 'version', path: 'a.csv', rev: null });
});
