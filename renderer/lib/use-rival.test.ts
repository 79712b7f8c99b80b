import { expect, it } from 'vitest';
import { olderThan, rivalOf } from './use-rival.ts';

it('finds the next older version by its number, not by its age', () => {
  expect(olderThan(['1.10.0', '1.9.0', '2.0.0-rc.1', '2.0.0'], '2.0.0')).toBe('2.0.0-rc.1');
  expect(olderThan(['1.10.0', '1.9.0', '2.0.0'], '1.10.0')).toBe('1.9.0');
  expect(olderThan(['1.0.0'], '1.0.0')).toBeNull();
});

it('holds the champion against the champion before it, not against a version that was never used', () => {
  const versions = ['1.0.0', '1.1.0', '1.2.0'];
  const of = (version: string, champion?: string, evaluated?: string) =>
    rivalOf(version, { champion, evaluated, versions });
  expect(of('1.2.0', '1.0.0', '1.1.0')).toEqual({ version: '1.0.0', why: 'champion' });
  expect(of('1.2.0', '1.2.0', '1.0.0')).toEqual({ version: '1.0.0', why: 'evaluated' });
  expect(of('1.2.0', '1.2.0', '1.2.0')).toEqual({ version: '1.1.0', why: 'before' });
  expect(of('1.0.0', '1.0.0')).toBeNull();
});
