import { expect, test } from 'vitest';
import { fitted, pan, zoomAt } from './zoom.ts';

const frame = { width: 800, height: 600 };

test('a large picture is made to fit, a small one grows by whole pixels', () => {
  expect(fitted({ width: 1600, height: 600 }, frame).scale).toBe(0.5);
  expect(fitted({ width: 32, height: 32 }, frame).scale).toBe(18);
  expect(fitted({ width: 500, height: 500 }, frame).scale).toBe(1);
});

test('what is under the pointer stays there', () => {
  const view = zoomAt({ scale: 1, x: 10, y: 0 }, 2, 110, 50);
  expect(view).toEqual({ scale: 2, x: -90, y: -50 });
  expect(zoomAt({ scale: 64, x: 5, y: 5 }, 2, 100, 100)).toEqual({ scale: 64, x: 5, y: 5 });
});

test('a picture cannot be lost outside its frame', () => {
  const view = pan({ scale: 1, x: 0, y: 0 }, 9999, -9999, { width: 100, height: 100 }, frame);
  expect(view.x).toBe(426);
  expect(view.y).toBe(-326);
});
