import { expect, test } from 'vitest';
import { parseSide, writeSide } from './data-side.ts';

test('a side survives the way through an address', () => {
  for (const side of [
    { kind: 'version', path: 'data/a:b é.csv', rev: null },
    { kind: 'version', path: 'data/a:b.csv', rev: 'feature/x' },
    { kind: 'file', file: '/tmp/rev:x.csv' },
  ] as const)
    expect(parseSide(writeSide(side))).toEqual(side);
});

test('what is no side is null', () => {
  for (const text of ['', 'work:', 'rev:main', 'other:a', 3, undefined]) expect(parseSide(text)).toBeNull();
});
