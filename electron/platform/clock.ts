/** Where the time comes from, so that tests can set it. Epoch milliseconds. */
export type Clock = { now(): number };
export const systemClock: Clock = { now: () => Date.now() };
