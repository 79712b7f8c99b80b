const FIRST_MS = 250;
const LONGEST_MS = 5000;

/**
 * How long to wait before trying to connect again: 250 ms, doubling up to 5 s, spread by ±20 % so that many tabs do not come at once.
 * @param attempt failed attempts so far, 0 for the first
 * @param random a number in [0, 1), for tests
 */
export function backOff(attempt: number, random: number = Math.random()): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10)) * (0.8 + 0.4 * random);
}
