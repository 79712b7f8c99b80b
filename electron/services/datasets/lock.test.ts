import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { initRepo, type Repo } from './config.ts';
import { lockRepo } from './lock.ts';

let repo: Repo;
beforeEach(() => {
  repo = initRepo(mkdtempSync(join(tmpdir(), 'assay-lock-')), false);
});
afterEach(() => rmSync(repo.root, { recursive: true, force: true }));

it('is had by one at a time, and waited for', async () => {
  const release = await lockRepo(repo);
  await expect(lockRepo(repo, { waitMs: 0 })).rejects.toThrow(/in use by another dvc or assay command/);
  const said: string[] = [];
  const second = lockRepo(repo, {
    onWait: (why) => {
      said.push(why);
      release();
    },
  });
  (await second)();
  expect(said).toEqual(['Waiting for another dvc or assay command …']);
  (await lockRepo(repo, { waitMs: 0 }))();
});

it("minds dvc's finer lock as long as its holder lives", async () => {
  const hold = (pid: number): void =>
    writeFileSync(join(repo.root, '.dvc/tmp/rwlock'), JSON.stringify({ write: { data: { pid, cmd: 'dvc repro' } } }));
  hold(process.ppid);
  await expect(lockRepo(repo, { waitMs: 0 })).rejects.toThrow(/"dvc repro"/);
  hold(2 ** 30);
  (await lockRepo(repo, { waitMs: 0 }))();
  writeFileSync(join(repo.root, '.dvc/tmp/rwlock'), 'null');
  (await lockRepo(repo, { waitMs: 0 }))();
});

it('can be cancelled while it waits', async () => {
  const release = await lockRepo(repo);
  const stop = new AbortController();
  const waiting = lockRepo(repo, { signal: stop.signal, onWait: () => stop.abort() });
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
  release();
});
