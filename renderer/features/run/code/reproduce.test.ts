import { expect, test } from 'vitest';
import { reproduceCommands } from './reproduce.ts';

const run = {
  git: { commit: '0123456789abcdef0123456789abcdef01234567', branch: 'main', dirty: true },
  hasPatch: true,
  hasPackages: true,
  folder: '/data/my project/.assay/runs/x',
  cwd: 'src',
  command: ['python', 'train.py', '--note', 'a b'],
};

test('commit, patch, packages, folder, command', () => {
  expect(reproduceCommands(run)).toEqual([
    'git worktree add ../reproduce-0123456 0123456789abcdef0123456789abcdef01234567',
    'cd ../reproduce-0123456',
    "git apply --binary '/data/my project/.assay/runs/x/patch.diff'",
    "pip install -r '/data/my project/.assay/runs/x/packages.txt'",
    'cd src',
    "python train.py --note 'a b'",
  ]);
});

test('only what was recorded', () => {
  const clean = reproduceCommands({ ...run, hasPatch: false, hasPackages: false, cwd: '.' });
  expect(clean).toHaveLength(3);
  expect(reproduceCommands({ ...run, git: null })).toEqual([]);
});
