import { describe, expect, it } from 'vitest';
import { scaleOf } from './gate-scale.ts';

const bare = { value: 0.8, bound: null, champion: null, interval: null };

describe('scaleOf', () => {
  it('draws nothing without two numbers', () => {
    expect(scaleOf(bare)).toBeNull();
    expect(scaleOf({ ...bare, value: 'MIT', bound: { op: 'min', value: 1 } })).toBeNull();
    expect(scaleOf({ ...bare, value: Number.NaN, bound: { op: 'min', value: 1 } })).toBeNull();
  });

  it('puts a value below its least bound to the left of what is allowed', () => {
    const scale = scaleOf({ ...bare, bound: { op: 'min', value: 0.9 } })!;
    expect(scale.value).toBeLessThan(scale.allowed!.from);
    expect(scale.allowed!.to).toBe(1);
    expect(scale.edges).toEqual([scale.allowed!.from]);
  });

  it('allows what is between two bounds', () => {
    const scale = scaleOf({ ...bare, value: 3, bound: { op: 'between', value: [1, 5] } })!;
    expect(scale.value).toBeCloseTo(0.5);
    expect(scale.edges).toHaveLength(2);
  });

  it('draws an interval of the difference around the champion', () => {
    const scale = scaleOf({
      ...bare,
      champion: { alias: 'champion', version: '1.0.0', value: 0.9 },
      interval: { of: 'difference', low: -0.12, high: -0.08, level: 0.95, method: 'bootstrap' },
    })!;
    expect(scale.interval!.from).toBeLessThan(scale.value);
    expect(scale.interval!.to).toBeGreaterThan(scale.value);
    expect(scale.champion).toBeGreaterThan(scale.interval!.to);
  });

  it('keeps everything on the line when all numbers are the same', () => {
    const scale = scaleOf({ ...bare, value: 0, bound: { op: 'equals', value: 0 } })!;
    expect(scale.value).toBeCloseTo(0.5);
  });
});
