import { api } from '../../../lib/client.ts';
import { queryClient } from '../../../lib/query.ts';

let last: Promise<unknown> = Promise.resolve();

/**
 * Asks one thing after another, and only while no page of rows is on its way: whole columns of a large table take the host seconds, and rows must not
 * stand behind all of them. What was given up meanwhile is not asked any more.
 */
export function inTurn<T>(
  ask: () => Promise<T>,
  signal: AbortSignal,
  quiet: () => Promise<void> = rowsQuiet,
): Promise<T> {
  const next = last.then(quiet).then(() => {
    signal.throwIfAborted();
    return ask();
  });
  last = next.catch(() => {});
  return next;
}

/** Resolves when no page of rows is on its way. */
function rowsQuiet(): Promise<void> {
  const quiet = (): boolean => queryClient.isFetching({ queryKey: api.diffs.rows.key() }) === 0;
  if (quiet()) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = queryClient.getQueryCache().subscribe(() => {
      if (!quiet()) return;
      stop();
      resolve();
    });
  });
}
