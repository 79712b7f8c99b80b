import { expect, test } from 'vitest';
import { exportName } from './export-name.ts';

test.each([
  ['data/prices.csv', 'html', 'prices.diff.html'],
  ['data/prices.csv.gz', 'tabular', 'prices.diff.csv'],
  ['data/images/', 'md', 'images.diff.md'],
  ['.csv', 'json', '.csv.diff.json'],
  ['/', 'parquet', 'data.diff.parquet'],
] as const)('%s as %s is called %s', (path, format, name) => {
  expect(exportName(path, format)).toBe(name);
});
