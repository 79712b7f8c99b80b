import { describe, expect, test } from 'vitest';
import {
  formatAgo,
  formatBytes,
  formatCommand,
  formatDateTime,
  formatDuration,
  formatNumber,
  fullNumber,
  plural,
  shortId,
} from './format.ts';

describe('formatNumber', () => {
  test.each([
    [0, '0'],
    [42, '42'],
    [20000, '20000'],
    [0.123456, '0.1235'],
    [0.99999, '0.99999'],
    [-0.999999, '-0.999999'],
    [1.00004, '1.00004'],
    [12345.678, '12345.7'],
    [0.00012346, '0.0001235'],
    [0.000012345, '1.234e-5'],
    [1e-300, '1e-300'],
    [1.5e20, '1.5e20'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NEGATIVE_INFINITY, '-∞'],
  ])('%d is written %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
  test('a fraction never looks like an integer', () => {
    for (let i = 1; i < 2000; i++) {
      const value = i + (i % 2 ? 1 : -1) * 10 ** -(i % 12) * 0.3;
      if (!Number.isInteger(value)) expect(Number.isInteger(Number(formatNumber(value)))).toBe(false);
    }
  });
});

test('fullNumber reads back as the same number', () => {
  for (const value of [0.1 + 0.2, 1 / 3, -0, 5e-324, 1.7976931348623157e308]) {
    expect(Object.is(Number(fullNumber(value)), value)).toBe(true);
  }
});

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1250, '1.2 s'],
  [59_999, '59 s'],
  [60_000, '1m 00s'],
  [3_599_999, '59m 59s'],
  [7_620_000, '2h 07m'],
  [100 * 3_600_000, '4d 04h'],
  [-1500, '-1.5 s'],
])('%d ms lasts %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [1_048_575, '1 MiB'],
  [150_323_855_360, '140 GiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('times ago', () => {
  const now = new Date(2026, 2, 9, 14, 5, 7).getTime();
  expect(formatAgo(now - 2000, now)).toBe('just now');
  expect(formatAgo(now - 61_000, now)).toBe('1 min ago');
  expect(formatAgo(now - 26 * 3_600_000, now)).toBe('1 d ago');
  expect(formatAgo(now - 30 * 86_400_000, now)).toBe('2026-02-07');
  expect(formatAgo(now + 60_000, now)).toBe('2026-03-09 14:06:07');
  expect(formatDateTime(now)).toBe('2026-03-09 14:05:07');
});

test('a command reads as typed', () => {
  expect(formatCommand(['python', 'train.py', '--note', "it's a test", '--lr=0.1'])).toBe(
    "python train.py --note 'it'\\''s a test' --lr=0.1",
  );
});

test('plurals and ids', () => {
  expect(plural(1, 'run')).toBe('1 run');
  expect(plural(12345, 'run')).toBe('12,345 runs');
  expect(plural(0, 'process', 'processes')).toBe('0 processes');
  expect(shortId('0190a6b2c3d47e5f8a9b0c1d2e3f4a5b')).toBe('2e3f4a5b');
});
