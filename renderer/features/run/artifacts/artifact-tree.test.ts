import { expect, test } from 'vitest';
import type { Artifact } from '../../../../shared/contract/runs.ts';
import { mediaGroups, treeRows } from './artifact-tree.ts';

function artifact(path: string, more: Partial<Artifact> = {}): Artifact {
  return { path, size: 10, kind: 'file', key: null, step: null, caption: null, ...more };
}

const FILES = [
  artifact('model.pt', { size: 100 }),
  artifact('media/img-10.png', { kind: 'image', key: 'samples', step: 10 }),
  artifact('media/img-2.png', { kind: 'image', key: 'samples', step: 2 }),
  artifact('media/deep/x.txt'),
  artifact('a10.txt'),
  artifact('a9.txt'),
];

test('folders first, natural order, with what is in them', () => {
  expect(treeRows(FILES, new Set()).map((row) => `${'  '.repeat(row.depth)}${row.name}`)).toEqual([
    'media',
    '  deep',
    '    x.txt',
    '  img-2.png',
    '  img-10.png',
    'a9.txt',
    'a10.txt',
    'model.pt',
  ]);
  expect(treeRows(FILES, new Set())[0]).toMatchObject({ kind: 'folder', files: 3, size: 30 });
});

test('closed folders keep their content', () => {
  expect(treeRows(FILES, new Set(['media'])).map((row) => row.path)).toEqual([
    'media',
    'a9.txt',
    'a10.txt',
    'model.pt',
  ]);
  expect(treeRows(FILES, new Set(['media/deep'])).map((row) => row.path)).not.toContain('media/deep/x.txt');
});

test('media of one key go by step', () => {
  const groups = mediaGroups([...FILES, artifact('h.json', { kind: 'histogram', key: 'samples', step: 1 })]);
  expect(groups.map((group) => [group.key, group.kind, group.items.map((item) => item.step)])).toEqual([
    ['samples', 'image', [2, 10]],
    ['samples', 'histogram', [1]],
  ]);
});

test('no files, no rows', () => {
  expect(treeRows([], new Set())).toEqual([]);
  expect(mediaGroups([])).toEqual([]);
});
