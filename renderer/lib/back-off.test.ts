import { expect, test } from 'vitest';
import { backOff } from './back-off.ts';

test('doubles from a quarter of a second and stops growing at five', () => {
  expect([0, 1, 2, 3].map((attempt) => backOff(attempt, 0.5))).toEqual([250, 500, 1000, 2000]);
  expect(backOff(50, 0.5)).toBe(5000);
});

test('spreads by a fifth both ways', () => {
  expect(backOff(0, 0)).toBeCloseTo(200);
  expect(backOff(0, 1)).toBeCloseTo(300);
});
