import { describe, expect, test } from 'vitest';
import { formatCommand } from '../../lib/format.ts';
import { splitCommand } from './split-command.ts';

const argv = (line: string) => splitCommand(line).argv;

test.each([
  ['python train.py --lr 0.1', ['python', 'train.py', '--lr', '0.1']],
  ['  a   b\tc  ', ['a', 'b', 'c']],
  ['\'one word\' "two words" th\'r\'"e"e', ['one word', 'two words', 'three']],
  ['a\\ b \\"q\\"', ['a b', '"q"']],
  ['"a \\" b" "c:\\dir" "\\$HOME"', ['a " b', 'c:\\dir', '$HOME']],
  ["'no \\escape'", ['no \\escape']],
  ['\'\' ""', ['', '']],
  ['python train.py \\\n  --lr 0.1\n--seed 2', ['python', 'train.py', '--lr', '0.1', '--seed', '2']],
  ['--name=日本 "emoji 😀"', ['--name=日本', 'emoji 😀']],
  ['', []],
])('%s', (line, words) => {
  expect(splitCommand(line)).toMatchObject({ argv: words, problem: null });
});

test('any argument array survives being written and read', () => {
  for (const words of [
    ['python', "it's", 'a b', ''],
    ['$HOME', '*', '|', 'a;b', '"', '\\', '\n', '-x=~/y'],
  ]) {
    expect(argv(formatCommand(words))).toEqual(words);
    expect(splitCommand(formatCommand(words)).problem).toBeNull();
  }
});

describe('what only a shell can do is named', () => {
  test.each(['a | b', 'a && b', 'a > out.txt', 'a 2>&1', 'a ; b', 'a; b', 'a < in', 'a &', 'a >> log'])(
    '%s',
    (line) => {
      expect(splitCommand(line).problem).toMatch(/No shell is involved/);
    },
  );
  test('in quotes it is text', () => {
    expect(splitCommand('grep \'|\' "a && b" \\; x\\>y --expr=a>b').problem).toBeNull();
  });
  test('variables before the program', () => {
    expect(splitCommand('LR=1 python x.py').problem).toMatch(/Environment variables/);
    expect(splitCommand('python x.py LR=1').problem).toBeNull();
  });
  test('what is not expanded', () => {
    expect(splitCommand('echo $HOME ~/data *.csv').hints).toHaveLength(3);
    expect(splitCommand('echo \'$HOME\' "~/data" \\*.csv').hints).toEqual([]);
  });
});

test.each([
  ["a 'b", 'single quote'],
  ['a "b', 'double quote'],
  ['a \\', 'backslash'],
])('%s is left open', (line, what) => {
  expect(splitCommand(line).problem).toContain(what);
});
