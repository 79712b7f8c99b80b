import { describe, expect, test } from 'vitest';
import { isTall, lastTop, listHeight, rowsAt, scrollHeight, toList, topFor, toScroll } from './tall.ts';

const short = { count: 1000, row: 28, view: 600 };
const huge = { count: 10_000_000, row: 28, view: 600 };

describe('a list that fits', () => {
  test('is scrolled as it is', () => {
    expect(isTall(short)).toBe(false);
    expect(scrollHeight(short)).toBe(28_000);
    expect(toList(short, 1234)).toBe(1234);
    expect(toScroll(short, 1234)).toBe(1234);
  });
});

describe('ten million rows', () => {
  test('stay below what a browser can scroll, and every row can be reached', () => {
    expect(isTall(huge)).toBe(true);
    expect(listHeight(huge)).toBe(280_000_000);
    expect(scrollHeight(huge)).toBeLessThan(16_000_000);
    expect(toList(huge, 0)).toBe(0);
    expect(toList(huge, scrollHeight(huge) - huge.view)).toBe(lastTop(huge));
    expect(rowsAt(huge, lastTop(huge)).last).toBe(9_999_999);
  });
  test('a place survives the way to the scroll bar and back', () => {
    for (const top of [0, 28, 123_456_789, lastTop(huge)])
      expect(toList(huge, toScroll(huge, top))).toBeCloseTo(top, 4);
  });
});

test('rows on the screen, with some more at both ends', () => {
  expect(rowsAt(short, 0, 2)).toEqual({ first: 0, last: 24 });
  expect(rowsAt(short, 2800, 2)).toEqual({ first: 98, last: 124 });
  expect(rowsAt({ ...short, count: 0 }, 0)).toEqual({ first: 0, last: -1 });
});

test('scrolls no further than needed to see a row', () => {
  expect(topFor(short, 0, 3)).toBe(0);
  expect(topFor(short, 0, 30)).toBe(31 * 28 - 600);
  expect(topFor(short, 5000, 10)).toBe(280);
  expect(topFor(huge, 0, 9_999_999)).toBe(lastTop(huge));
});
