import { expect, it } from 'vitest';
import type { Located } from '../datasets/located.ts';
import { contentOf } from './identity.ts';

/** A folder as a commit has it, with one file that Git LFS keeps and this machine has not. */
const folder = (commit: string): Located => ({
  kind: 'folder',
  name: 'd',
  label: commit,
  hash: null,
  size: null,
  commit: { id: commit, at: 0, author: 'Ada', message: '' },
  files: [
    { relpath: 'a.txt', md5: 'a'.repeat(32), size: 1, file: null },
    { relpath: 'large.bin', md5: null, size: 9, file: null },
  ],
});

it('takes no two versions for one because a file of theirs is not on this machine', async () => {
  expect(await contentOf(folder('1'.repeat(40)))).toBe(await contentOf(folder('1'.repeat(40))));
  expect(await contentOf(folder('1'.repeat(40)))).not.toBe(await contentOf(folder('2'.repeat(40))));
});
