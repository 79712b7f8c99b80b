import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';

const EVERY = 4096;

/**
 * For loops over very many things: `const pause = turn(); if (pause) await pause;` lets others answer now and then, and ends the loop when it is
 * cancelled. (Waiting for nothing a million times takes longer than the loop.)
 * @throws AppError CANCELLED
 */
export function createTurns(signal?: AbortSignal): () => Promise<void> | undefined {
  let count = 0;
  const check = (): void => {
    if (signal?.aborted) throw new AppError('CANCELLED', 'The comparison was stopped.');
  };
  return () => {
    if (++count % EVERY !== 0) return;
    check();
    return setImmediate().then(check);
  };
}
