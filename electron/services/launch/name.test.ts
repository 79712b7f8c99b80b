import { expect, test } from 'vitest';
import { defaultName, isPythonWord, pythonPath } from './name.ts';

test.each([
  ['.venv/bin/python', '/project/.venv/bin/python'],
  ['/usr/bin/python3.11', '/usr/bin/python3.11'],
  ['python', null],
  ['bin/pythonista', null],
  ['tools/train', null],
  [undefined, null],
])('%j names the Python %j', (word, path) => {
  expect(pythonPath(word, '/project')).toBe(path);
});

test('only the bare word stands for the Python of the project', () => {
  expect(['python', 'python3', 'python3.11', './python'].map(isPythonWord)).toEqual([true, true, false, false]);
});

test.each([
  [['python', 'train.py', '--lr', '1'], 'train-4f2a'],
  [['/x/bin/python3.11', '-m', 'pkg.train'], 'train-4f2a'],
  [['node', 'main.mjs'], 'main-4f2a'],
  [['./run.sh'], 'run-4f2a'],
])('%j is named %s', (command, name) => {
  expect(defaultName(command, `${'0'.repeat(28)}4f2a`)).toBe(name);
});
