import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

function git(cwd: string, ...args: string[]): string {
  const result = spawnSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid', ...args], {
    cwd,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`);
  return result.stdout;
}

function assay(root: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('node', [resolve('bin/assay.mjs'), '-C', root, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ASSAY_HOME: join(root, '..', 'home') },
  });
}

const FILES: Record<string, string> = {
  'train.py': 'print("one")\nprint("two")\nprint("three")\n',
  'crlf.txt': 'a\r\nb\r\nc\r\n',
  'no newline.txt': 'last line without end',
  'söme "quoted" 🐧.txt': 'x\ny\n',
  'gone.txt': 'will be deleted\n',
  'tool.sh': '#!/bin/sh\necho hi\n',
  '.gitignore': 'secret.env\n.assay/\n',
};

test('the patch of a run makes a clean checkout equal to the dirty one, by the real git', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-git-'));
  const root = join(folder, 'repo');
  mkdirSync(join(root, 'sub', 'new'), { recursive: true });
  git(folder, 'init', '-q', '-b', 'main', 'repo');
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(root, name), text);
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'one');

  writeFileSync(join(root, 'train.py'), 'print("one")\nprint("2")\nprint("three")\nprint("four")');
  writeFileSync(join(root, 'crlf.txt'), 'a\r\nB\r\nc\r\n');
  writeFileSync(join(root, 'no newline.txt'), 'last line without end\nand one more');
  writeFileSync(join(root, 'söme "quoted" 🐧.txt'), 'x\nz\n');
  rmSync(join(root, 'gone.txt'));
  chmodSync(join(root, 'tool.sh'), 0o755);
  writeFileSync(join(root, 'sub', 'new', 'file.txt'), 'new\n');
  writeFileSync(join(root, 'empty.txt'), '');
  writeFileSync(join(root, 'secret.env'), 'TOKEN=1\n');
  writeFileSync(join(root, 'binary.bin'), Buffer.from([0, 1, 2, 255]));

  const ran = assay(root, 'run', '--json', '--', 'node', '-e', '0');
  expect(ran.status, ran.stderr).toBe(0);
  const run = JSON.parse(ran.stdout);
  expect(run.git).toMatchObject({ branch: 'main', dirty: true, commit: git(root, 'rev-parse', 'HEAD').trim() });

  const patch = join(root, '.assay', 'runs', run.id, 'patch.diff');
  expect(readFileSync(patch, 'utf8')).not.toContain('TOKEN');
  const clean = join(folder, 'clean');
  git(folder, 'clone', '-q', 'repo', 'clean');
  git(clean, 'apply', patch);
  for (const name of [
    'train.py',
    'crlf.txt',
    'no newline.txt',
    'söme "quoted" 🐧.txt',
    'sub/new/file.txt',
    'empty.txt',
  ]) {
    expect(readFileSync(join(clean, name)), name).toEqual(readFileSync(join(root, name)));
  }
  expect(existsSync(join(clean, 'gone.txt'))).toBe(false);
  expect(statSync(join(clean, 'tool.sh')).mode & 0o100).toBe(0o100);
  const identity = JSON.parse(readFileSync(join(root, '.assay', 'runs', run.id, 'run.json'), 'utf8'));
  expect(identity.git.skipped).toContain('binary.bin');
});

test.each([
  ['detached HEAD', (root: string) => void git(root, 'checkout', '-q', '--detach')],
  ['a linked worktree', null],
  [
    'a merge in progress',
    (root: string) => {
      git(root, 'checkout', '-q', '-b', 'other');
      writeFileSync(join(root, 'a.txt'), 'other\n');
      git(root, 'commit', '-qam', 'other');
      git(root, 'checkout', '-q', 'main');
      writeFileSync(join(root, 'a.txt'), 'main\n');
      git(root, 'commit', '-qam', 'main');
      spawnSync('git', ['merge', 'other'], { cwd: root });
    },
  ],
] as [string, ((root: string) => void) | null][])('a run in a repository with %s', (name, prepare) => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-git-'));
  git(folder, 'init', '-q', '-b', 'main', 'repo');
  let root = join(folder, 'repo');
  writeFileSync(join(root, 'a.txt'), 'a\n');
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'one');
  if (prepare) prepare(root);
  else {
    git(root, 'worktree', 'add', '-q', '../tree', '-b', 'side');
    root = join(folder, 'tree');
  }
  const ran = assay(root, 'run', '--json', '--', 'node', '-e', '0');
  expect(ran.status, ran.stderr).toBe(0);
  expect(JSON.parse(ran.stdout).git.commit, name).toBe(git(root, 'rev-parse', 'HEAD').trim());
});
