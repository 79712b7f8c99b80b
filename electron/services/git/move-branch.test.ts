import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog } from '../../platform/log.ts';
import { moveBranch } from './move-branch.ts';
import { findRepository, readHead } from './repository.ts';
import { createGit } from './service.ts';

const git = createGit({ log: silentLog });
let root: string;
beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'assay-branch-')));
  await git.init(root);
});
afterAll(async () => {
  await git.dispose();
  rmSync(root, { recursive: true });
});

const author = { name: 'A', email: 'a@example.invalid' };
const commit = async (text: string): Promise<string> => {
  writeFileSync(join(root, 'f'), text);
  return (await git.commitAll(root, text, author))!;
};

it('moves the branch, unless another commit came meanwhile or git holds its lock', async () => {
  const repository = findRepository(root)!;
  const none = await readHead(repository);
  const first = await commit('one');
  const before = await readHead(repository);
  await expect(moveBranch(repository, none, first)).rejects.toMatchObject({ code: 'CONFLICT' });
  const second = await commit('two');
  await expect(moveBranch(repository, before, first)).rejects.toThrow(/Another commit/);
  expect((await readHead(repository)).commit).toBe(second);

  const now = await readHead(repository);
  const lock = join(root, '.git/refs/heads', `${now.branch}.lock`);
  expect(existsSync(lock)).toBe(false);
  writeFileSync(lock, '');
  await expect(moveBranch(repository, now, first)).rejects.toThrow(/Another git command/);
  rmSync(lock);
  await moveBranch(repository, now, first);
  expect(await readHead(repository)).toMatchObject({ branch: now.branch, commit: first });
});
