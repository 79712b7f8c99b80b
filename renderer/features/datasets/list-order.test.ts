import { expect, test } from 'vitest';
import { datasetOf, filterDatasets, nextListSort, sortDatasets } from './list-order.ts';
import { aDataset } from './testing.ts';

const all = [
  aDataset({ path: 'b.csv', size: 5, rows: 9, tags: ['b@v1'] }),
  aDataset({ path: 'a.csv', size: 50, state: 'modified' }),
  aDataset({ path: 'images', folder: true, size: null, uncommitted: true }),
];
const paths = (list: readonly { path: string }[]): string[] => list.map((one) => one.path);

test('every word of the filter must be somewhere', () => {
  expect(paths(filterDatasets(all, 'CSV'))).toEqual(['b.csv', 'a.csv']);
  expect(paths(filterDatasets(all, 'csv v1'))).toEqual(['b.csv']);
  expect(paths(filterDatasets(all, 'modified'))).toEqual(['a.csv']);
  expect(paths(filterDatasets(all, 'uncommitted'))).toEqual(['images']);
  expect(filterDatasets(all, ' ')).toHaveLength(3);
});

test('sorts by a column; what is not known comes last both ways', () => {
  expect(paths(sortDatasets(all, { key: 'path', desc: true }))).toEqual(['images', 'b.csv', 'a.csv']);
  expect(paths(sortDatasets(all, { key: 'size', desc: true }))).toEqual(['a.csv', 'b.csv', 'images']);
  expect(paths(sortDatasets(all, { key: 'size', desc: false }))).toEqual(['b.csv', 'a.csv', 'images']);
  expect(paths(sortDatasets(all, { key: 'state', desc: false }))).toEqual(['a.csv', 'images', 'b.csv']);
  expect(nextListSort({ key: 'path', desc: false }, 'size')).toEqual({ key: 'size', desc: true });
  expect(nextListSort({ key: 'size', desc: true }, 'size')).toEqual({ key: 'size', desc: false });
});

test('finds the dataset that a path lies in, the nearest one', () => {
  const nested = [...all, aDataset({ path: 'images/raw', folder: true })];
  expect(datasetOf(nested, 'images/1.png')).toMatchObject({ dataset: { path: 'images' }, inner: '1.png' });
  expect(datasetOf(nested, 'images/raw/x/1.png')).toMatchObject({ dataset: { path: 'images/raw' }, inner: 'x/1.png' });
  expect(datasetOf(nested, 'a.csv')).toMatchObject({ inner: '' });
  expect(datasetOf(nested, 'a.csv/x')).toBeNull();
  expect(datasetOf(nested, 'imagesets')).toBeNull();
});
