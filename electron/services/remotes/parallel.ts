import { cancelled } from './problems.ts';

/**
 * Does work on every item, so many at a time. The first error stops the rest (they get an aborted signal) and is thrown when all have ended.
 */
export async function parallel<T>(
  items: readonly T[],
  jobs: number,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  let next = 0;
  let failed: { error: unknown } | null = null;
  const worker = async (): Promise<void> => {
    while (next < items.length && !both.aborted) {
      try {
        await work(items[next++]!, both);
      } catch (error) {
        failed ??= { error };
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, worker));
  if (failed !== null) throw (failed as { error: unknown }).error;
  if (signal.aborted) throw cancelled();
}
