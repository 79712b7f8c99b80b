import { expect, test } from 'vitest';
import { runColor, runPalette } from './run-color.ts';

test('twelve runs in a row have twelve colours, a chosen colour wins', () => {
  const row = Array.from({ length: 12 }, (_, seq) => runColor({ seq: seq + 5, color: null }, 'light'));
  expect(new Set(row).size).toBe(12);
  expect(runColor({ seq: 3, color: '#ABCDEF' }, 'dark')).toBe('#abcdef');
});

test('a palette colour chosen in light shows as its twin in dark', () => {
  expect(runColor({ seq: 0, color: runPalette('light')[3]! }, 'dark')).toBe(runPalette('dark')[3]);
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
  expect(new Set([...runPalette('light'), ...runPalette('dark')]).size).toBe(24);
});

/** Linear RGB as someone sees it: the matrices of Machado et al. (2009), severity 1. */
const EYES = {
  full: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  deuteranope: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  protanope: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
};

function oklab(hex: string, eye: readonly number[]): [number, number, number] {
  const linear = [1, 3, 5].map((at) => {
    const v = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  const [r, g, b] = [0, 3, 6].map((row) =>
    Math.min(1, Math.max(0, eye[row]! * linear[0]! + eye[row + 1]! * linear[1]! + eye[row + 2]! * linear[2]!)),
  ) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

test.each([
  ['full', 0.12],
  ['deuteranope', 0.05],
  ['protanope', 0.05],
] as const)('any two colours stay apart for the %s eye', (eye, least) => {
  for (const scheme of ['light', 'dark'] as const) {
    const seen = runPalette(scheme).map((hex) => oklab(hex, EYES[eye]));
    for (const [i, a] of seen.entries()) {
      for (const b of seen.slice(0, i))
        expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeGreaterThan(least);
    }
  }
});
