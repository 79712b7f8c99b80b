import { expect, test } from 'vitest';
import { newRunId } from '../../shared/ids.ts';
import { runColor, runPalette } from './run-color.ts';

test('the same id has the same colour, a chosen colour wins', () => {
  const id = newRunId();
  expect(runColor({ id, color: null }, 'light')).toBe(runColor({ id, color: null }, 'light'));
  expect(runColor({ id, color: '#ABCDEF' }, 'dark')).toBe('#abcdef');
});

test('a palette colour chosen in light shows as its twin in dark', () => {
  expect(runColor({ id: 'x', color: runPalette('light')[3]! }, 'dark')).toBe(runPalette('dark')[3]);
});

test('ids spread over the whole palette', () => {
  const seen = new Map<string, number>();
  for (let i = 0; i < 4000; i++) {
    const color = runColor({ id: newRunId(1_700_000_000_000 + i * 1000), color: null }, 'light');
    seen.set(color, (seen.get(color) ?? 0) + 1);
  }
  expect(seen.size).toBe(runPalette('light').length);
  expect(Math.max(...seen.values())).toBeLessThan(2 * (4000 / seen.size));
});

/** WCAG 2.2 contrast ratio. */
function contrast(a: string, b: string): number {
  const [x, y] = [a, b].map((hex) => {
    const [r, g, blue] = [1, 3, 5].map((at) => {
      const v = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * blue!;
  });
  return (Math.max(x!, y!) + 0.05) / (Math.min(x!, y!) + 0.05);
}

test('every colour can be seen on its ground', () => {
  for (const color of runPalette('light')) expect(contrast(color, '#ffffff'), color).toBeGreaterThan(3);
  for (const color of runPalette('dark')) expect(contrast(color, '#1a1d21'), color).toBeGreaterThan(3);
});

test('no colour twice', () => {
  expect(new Set([...runPalette('light'), ...runPalette('dark')]).size).toBe(32);
});
