import { expect, test } from 'vitest';
import type { DatasetUse } from '../../../shared/contract/runs.ts';
import { dataRows } from './data-rows.ts';

const use = (path: string, hash: string | null): DatasetUse => ({ path, role: null, hash, size: 1, version: null });

test('what differs comes first, and a run without it differs', () => {
  const rows = dataRows([
    { datasets: [use('a.csv', 'md5:1'), use('b.csv', 'md5:1'), use('c.csv', 'md5:1')] },
    { datasets: [use('a.csv', 'md5:1'), use('b.csv', 'md5:2')] },
  ]);
  expect(rows.map(({ path, differs }) => [path, differs])).toEqual([
    ['b.csv', true],
    ['c.csv', true],
    ['a.csv', false],
  ]);
  expect(rows[1]!.uses[1]).toBeNull();
});
