import { expect, test } from 'vitest';
import { type GridKeys, moveCell } from './grid-keys.ts';

const at = (row: number, column: string): GridKeys => ({
  cell: { row, column },
  columns: ['id', 'price', 'city'],
  rows: 10_000_000,
  page: 20,
});

test('arrows move by one and stop at the edges', () => {
  expect(moveCell('ArrowDown', false, at(5, 'price'))).toEqual({ row: 6, column: 'price' });
  expect(moveCell('ArrowUp', false, at(0, 'price'))).toEqual({ row: 0, column: 'price' });
  expect(moveCell('ArrowRight', false, at(5, 'city'))).toEqual({ row: 5, column: 'city' });
  expect(moveCell('ArrowLeft', false, at(5, 'city'))).toEqual({ row: 5, column: 'price' });
});

test('pages, ends and corners', () => {
  expect(moveCell('PageDown', false, at(5, 'id'))).toEqual({ row: 25, column: 'id' });
  expect(moveCell('End', false, at(5, 'id'))).toEqual({ row: 5, column: 'city' });
  expect(moveCell('End', true, at(5, 'id'))).toEqual({ row: 9_999_999, column: 'city' });
  expect(moveCell('ArrowDown', true, at(5, 'id'))).toEqual({ row: 9_999_999, column: 'id' });
});

test('begins at the first cell, and leaves other keys alone', () => {
  expect(moveCell('ArrowDown', false, { ...at(0, ''), cell: null })).toEqual({ row: 0, column: 'id' });
  expect(moveCell('a', false, at(0, 'id'))).toBeNull();
  expect(moveCell('ArrowDown', false, { ...at(0, 'id'), rows: 0 })).toBeNull();
});
