import { expect, test } from 'vitest';
import { reachOf } from './reach.ts';

const edge = (from: string, to: string) => ({ from, to, label: '' });

test('A model version reaches its data and its receipts, not the sibling that was made from the same data', () => {
  const edges = [edge('data', 'run1'), edge('data', 'run2'), edge('run1', 'v1'), edge('run2', 'v2'), edge('v1', 'out')];
  expect([...reachOf({ edges }, 'v1')].sort()).toEqual(['data', 'out', 'run1', 'v1']);
  expect([...reachOf({ edges }, 'data')].sort()).toEqual(['data', 'out', 'run1', 'run2', 'v1', 'v2']);
});

test('A circle, which hostile files could make, ends', () => {
  const edges = [edge('a', 'b'), edge('b', 'c'), edge('c', 'a')];
  expect([...reachOf({ edges }, 'a')].sort()).toEqual(['a', 'b', 'c']);
});
