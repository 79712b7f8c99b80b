import { expect, it } from 'vitest';
import { olderThan } from './use-rival.ts';

it('finds the next older version by its number, not by its age', () => {
  expect(olderThan(['1.10.0', '1.9.0', '2.0.0-rc.1', '2.0.0'], '2.0.0')).toBe('2.0.0-rc.1');
  expect(olderThan(['1.10.0', '1.9.0', '2.0.0'], '1.10.0')).toBe('1.9.0');
  expect(olderThan(['1.0.0'], '1.0.0')).toBeNull();
});
