import { expect, test } from 'vitest';
import { isRunId, newRunId } from './ids.ts';

test('a run id is a UUIDv7: the time first, then version and variant', () => {
  const id = newRunId(0x0123456789ab, new Uint8Array(10).fill(0xff));
  expect(id.slice(0, 12)).toBe('0123456789ab');
  expect(id[12]).toBe('7');
  expect('89ab').toContain(id[16]);
  expect(isRunId(id)).toBe(true);
});

test('ids sort by time and do not repeat', () => {
  const ids = Array.from({ length: 1000 }, (_, i) => newRunId(1_700_000_000_000 + i));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(Array.from({ length: 1000 }, () => newRunId(5))).size).toBe(1000);
});

test.each(['', '0123', '../x', 'G'.repeat(32), 'A'.repeat(32), '0'.repeat(33)])('%j is no run id', (text) => {
  expect(isRunId(text)).toBe(false);
});
