import { expect, test } from 'vitest';
import { parseDefinition } from './definition.ts';

test('reads what it knows', () => {
  expect(parseDefinition('name: Penguins\nrun:\n  command: [python, train.py]\n  experiment: species\n')).toEqual({
    name: 'Penguins',
    run: { command: ['python', 'train.py'], experiment: 'species' },
  });
  expect(parseDefinition('')).toEqual({});
});

test.each([
  ['name: x\nnmae: y\n', 'line 2', '"nmae" is not a key that Assay knows'],
  ['name: x\nrun:\n  comand: [a]\n', 'line 3', '"run.comand" is not a key'],
  ['name: x\nrun:\n  command: python\n', 'line 3', 'run.command'],
  ['name: [x\n', 'line', 'assay.yaml'],
  ['name: a\nname: b\n', 'line 2', 'unique'],
])('names the line of a mistake: %j', (text, line, what) => {
  expect(() => parseDefinition(text)).toThrow(line);
  expect(() => parseDefinition(text)).toThrow(what);
});

test('a document that unfolds without end is refused', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
    .split('')
    .map((name, i) => `${name}: &${name} [${`*${'abcdefgh'[i]},`.repeat(10).slice(0, -1)}]`)
    .join('\n')}\n`;
  expect(() => parseDefinition(bomb)).toThrow();
});
