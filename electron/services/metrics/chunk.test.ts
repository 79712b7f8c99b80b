import { describe, expect, it } from 'vitest';
import {
  ABSENT,
  decodePoints,
  decodeSummary,
  encodePoints,
  encodeSummary,
  LEAF,
  LEAF_SLOTS,
  type Points,
  SLOT,
} from './chunk.ts';

const points = (step: number[], value: number[] = step): Points => ({
  step: Float64Array.from(step),
  time: Float64Array.from(step, (_, i) => 1_790_000_000.125 + i / 3),
  value: Float64Array.from(value),
});
const range = (n: number, from = 0, by = 1): number[] => Array.from({ length: n }, (_, i) => from + i * by);

describe('points', () => {
  it.each([
    ['none', []],
    ['one', [3]],
    ['a progression', range(2048, 100, 10)],
    ['a progression of fractions that is not exact', range(500, 0.1, 0.1).map((s) => Number(s.toFixed(1)))],
    ['one step again and again', range(9, 7, 0)],
    ['no order', [5, 1, 4, 4, -2e300, 1.5]],
  ])('come back bit for bit: %s', (_name, step) => {
    const given = points(
      step,
      step.map((s, i) => (i % 3 === 0 ? Number.NaN : i % 3 === 1 ? -1 / 0 : s / 7)),
    );
    expect(decodePoints(encodePoints(given))).toEqual(given);
  });

  it('need 16 bytes each where the step goes on evenly, 24 otherwise', () => {
    expect(encodePoints(points(range(2048))).length).toBe(8 + 16 + 2048 * 16);
    expect(encodePoints(points([...range(2047), 9999])).length).toBe(8 + 2048 * 24);
  });

  it('are read from bytes at any place', () => {
    const given = points(range(10));
    const shifted = new Uint8Array(encodePoints(given).length + 3);
    shifted.set(encodePoints(given), 3);
    expect(decodePoints(shifted.subarray(3))).toEqual(given);
  });
});

describe('a summary', () => {
  it('holds first, last, least, greatest and first NaN of every leaf', () => {
    const value = range(LEAF + 3, 0, 0);
    value[10] = -5;
    value[20] = 8;
    value[30] = Number.NaN;
    value[40] = Number.NaN;
    const given = points(range(LEAF + 3, 1000), value);
    const { slots, places } = decodeSummary(encodeSummary(given)!);
    expect(slots.length).toBe(2 * LEAF_SLOTS);
    const at = (slot: number): number[] => [...slots.subarray(slot, slot + 3)];
    const point = (i: number): number[] => [given.step[i]!, given.time[i]!, given.value[i]!];
    expect(at(SLOT.first)).toEqual(point(0));
    expect(at(SLOT.last)).toEqual(point(LEAF - 1));
    expect(at(SLOT.min)).toEqual(point(10));
    expect(at(SLOT.max)).toEqual(point(20));
    expect(at(SLOT.nan)).toEqual(point(30));
    expect([...places.subarray(SLOT.places * 4, SLOT.places * 4 + 3)]).toEqual([10, 20, 30]);
    const second = (LEAF_SLOTS + SLOT.places) * 4;
    expect([...places.subarray(second, second + 3)]).toEqual([0, 0, ABSENT]);
  });

  it('is not made of a chunk that is one leaf', () => {
    expect(encodeSummary(points(range(LEAF)))).toBeNull();
  });

  it('knows a leaf without any number', () => {
    const { places } = decodeSummary(encodeSummary(points(range(LEAF * 2), range(LEAF * 2, Number.NaN)))!);
    expect([...places.subarray(SLOT.places * 4, SLOT.places * 4 + 3)]).toEqual([ABSENT, ABSENT, 0]);
  });
});
