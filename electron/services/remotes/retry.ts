import { setTimeout as pause } from 'node:timers/promises';
import { cancelled, mayPass } from './problems.ts';

export type RetryPolicy = {
  /** the first one included */
  readonly attempts: number;
  /** before the second attempt; it doubles each time */
  readonly baseMs: number;
  readonly maxMs: number;
};

export const RETRY: RetryPolicy = { attempts: 5, baseMs: 500, maxMs: 20_000 };

/** What an error may say about trying again. */
type Asked = { readonly retryAfterMs?: number | null; readonly attempts?: number };

export type RetryOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly policy?: RetryPolicy;
  /** how far the work has come; attempts count anew whenever it got further, so that a large file survives a shaky line */
  readonly progress?: () => number;
};

/**
 * Does work again while its error may pass (`mayPass`): exponential backoff with jitter, or as long as the server asks for.
 * @throws the last error; AppError CANCELLED at once when the signal aborts
 */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { signal, policy = RETRY, progress = () => 0 } = options;
  let failed = 0;
  let reached = progress();
  for (;;) {
    if (signal?.aborted) throw cancelled();
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted) throw cancelled();
      const now = progress();
      if (now > reached) failed = 0;
      reached = now;
      if (!mayPass(error)) throw error;
      const { retryAfterMs: asked, attempts = policy.attempts } = (error as { data: Asked }).data;
      if (++failed >= Math.min(attempts, policy.attempts)) throw error;
      const grown = Math.min(policy.maxMs, policy.baseMs * 2 ** (failed - 1));
      await pause(asked ?? grown * (0.5 + Math.random() / 2), undefined, signal ? { signal } : {}).catch(() => {
        throw cancelled();
      });
    }
  }
}
