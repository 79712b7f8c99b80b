let last: Promise<unknown> = Promise.resolve();

/**
 * Asks one thing after another. Whole columns of a large table take the host seconds, and a page of rows must not stand behind all of them.
 * What was given up meanwhile is not asked any more.
 */
export function inTurn<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const next = last.then(() => {
    signal.throwIfAborted();
    return ask();
  });
  last = next.catch(() => {});
  return next;
}
