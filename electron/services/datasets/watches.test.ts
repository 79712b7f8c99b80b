import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Repo } from './config.ts';
import { createWatches, type Noticed } from './watches.ts';

it('notices a commit, whoever makes it', async () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-watches-'));
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.invalid'];
  const git = (...words: string[]) => execFileSync('git', [...identity, ...words], { cwd: root });
  const noticed = Promise.withResolvers<Noticed>();
  const watches = createWatches(noticed.resolve);
  try {
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'first');
    await watches.follow({ root } as Repo, []);
    git('commit', '-q', '--allow-empty', '-m', 'second');
    expect(await noticed.promise).toEqual({ records: true });
  } finally {
    await watches.close();
    rmSync(root, { recursive: true, force: true });
  }
});
