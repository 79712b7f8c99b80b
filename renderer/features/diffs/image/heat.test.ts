import { expect, test } from 'vitest';
import { heatPixels } from './heat.ts';

test('equal pixels are clear, different ones the hotter the more they differ', () => {
  const before = Uint8ClampedArray.of(10, 10, 10, 255, 0, 0, 0, 255, 0, 0, 0, 255);
  const after = Uint8ClampedArray.of(10, 10, 10, 255, 5, 0, 0, 255, 255, 255, 255, 255);
  const heat = heatPixels(before, after);
  expect([...heat.slice(0, 4)]).toEqual([0, 0, 0, 0]);
  expect(heat[7]!).toBeGreaterThan(100);
  expect(heat[5]!).toBeGreaterThan(heat[9]!);
  expect(heat[11]).toBe(255);
});
