import { expect, test } from 'vitest';
import { parseAssignments } from './parse-assignments.ts';

test('lines of an .env file', () => {
  expect(parseAssignments('# comment\nSEED=1\r\nexport A_B="x y"\n\nURL=http://h/?a=b\nEMPTY=')).toEqual([
    { name: 'SEED', value: '1' },
    { name: 'A_B', value: 'x y' },
    { name: 'URL', value: 'http://h/?a=b' },
    { name: 'EMPTY', value: '' },
  ]);
});

test('an ordinary name is no assignment', () => {
  expect(parseAssignments('SEED')).toEqual([]);
  expect(parseAssignments('--lr=1')).toEqual([]);
});
