import type { z } from 'zod';
import type { DatasetJobResult } from '../../../shared/contract/datasets.ts';

type Result = z.infer<typeof DatasetJobResult>;

const KEPT = 100;

/** What the last hundred jobs left behind, for whoever asks after they have ended. */
export function createResults() {
  const results = new Map<string, Result>();
  return {
    put(job: string, result: Result): void {
      results.set(job, result);
      for (const old of [...results.keys()].slice(0, -KEPT)) results.delete(old);
    },
    get: (job: string): Result | null => results.get(job) ?? null,
  };
}

/** A version as people say it. */
export const short = (hash: string | null): string => (hash === null ? '' : hash.slice(0, 8));
