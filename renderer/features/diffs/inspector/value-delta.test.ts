import { describe, expect, test } from 'vitest';
import { numberDelta, timeDelta, timeOf } from './value-delta.ts';

describe('numbers', () => {
  test('integers differ exactly, whatever their size', () => {
    expect(numberDelta('9007199254740993', '9007199254740995')?.absolute).toBe('+2');
    expect(numberDelta('10', '7')).toEqual({ absolute: '−3', relative: '−30 %' });
  });
  test('no digits that only the binary form has', () => {
    expect(numberDelta('0.1', '0.3')?.absolute).toBe('+0.2');
    expect(numberDelta('1.1', '1.21')).toEqual({ absolute: '+0.11', relative: '+10 %' });
  });
  test('nothing is relative to zero, and text is no number', () => {
    expect(numberDelta('0', '5')?.relative).toBeNull();
    expect(numberDelta('', '5')).toBeNull();
    expect(numberDelta('NaN', '5')).toBeNull();
  });
});

describe('times', () => {
  test('as tables write them', () => {
    expect(timeOf('1970-01-01 00:00:01')).toBe(1000);
    expect(timeOf('1970-01-02')).toBe(86_400_000);
    expect(timeOf('1970-01-01 01:00:00.123456+01')).toBe(123);
    expect(timeOf('tomorrow')).toBeNull();
  });
  test('apart by a duration', () => {
    expect(timeDelta('2024-03-31 01:00:00', '2024-03-31 02:00:00')).toBe('+1h 00m');
    expect(timeDelta('2024-03-31', '2024-03-30')).toBe('−1d 00h');
    expect(timeDelta('x', '2024-03-30')).toBeNull();
  });
});
