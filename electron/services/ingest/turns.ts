import { setImmediate } from 'node:timers/promises';

/** How long to work before others on this thread get a turn. */
export const TURN_MS = 20;

/** A function to call during long work: it waits for a moment, so that others on this thread are served, once `TURN_MS` have passed. */
export function createTurns(): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < TURN_MS) return undefined;
    return setImmediate().then(() => {
      last = performance.now();
    });
  };
}
