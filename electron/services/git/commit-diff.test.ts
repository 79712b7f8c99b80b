import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog } from '../../platform/log.ts';
import { createGit } from './service.ts';

const git = createGit({ log: silentLog });
const author = { name: 'Ada', email: 'ada@example.invalid' };
const limits = { files: 200, bytes: 1000, without: ['models'] };
let root: string;
let first: string;
let second: string;

const put = (path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'assay-commit-diff-'));
  await git.init(root);
  put('project/train.py', 'print(1)\n');
  put('project/same/deep/file.txt', 'same');
  put('project/gone.txt', 'gone');
  put('project/models/churn/1.0.0.yaml', 'a: 1\n');
  put('project/becomes', 'a file');
  put('beside.txt', 'one');
  first = (await git.commitAll(root, 'first', author))!;
  put('project/train.py', 'print(2)\n');
  rmSync(join(root, 'project/gone.txt'));
  rmSync(join(root, 'project/becomes'));
  put('project/becomes/folder.txt', 'in a folder');
  put('project/new.bin', Buffer.from([1, 0, 2]));
  put('project/long.txt', 'x'.repeat(1001));
  put('project/models/churn/1.0.0.yaml', 'a: 2\n');
  put('beside.txt', 'two');
  second = (await git.commitAll(root, 'second', author))!;
});
afterAll(async () => {
  await git.dispose();
  rmSync(root, { recursive: true, force: true });
});

test('files that differ below a folder, with both texts where they are texts', async () => {
  expect(await git.commitDiff(join(root, 'project'), first, second, limits)).toEqual({
    total: 6,
    missing: null,
    files: [
      { path: 'becomes', change: 'removed', from: 'a file', to: null },
      { path: 'becomes/folder.txt', change: 'added', from: null, to: 'in a folder' },
      { path: 'gone.txt', change: 'removed', from: 'gone', to: null },
      { path: 'long.txt', change: 'added', from: null, to: null },
      { path: 'new.bin', change: 'added', from: null, to: null },
      { path: 'train.py', change: 'changed', from: 'print(1)\n', to: 'print(2)\n' },
    ],
  });
});

test('no more than is asked for, and how many there are', async () => {
  const { files, total } = await git.commitDiff(join(root, 'project'), first, second, { ...limits, files: 2 });
  expect([files.length, total]).toEqual([2, 6]);
});

test('a commit that is not there is named', async () => {
  expect(await git.commitDiff(root, first, '1'.repeat(40), limits)).toMatchObject({
    files: [],
    missing: '1'.repeat(40),
  });
});
