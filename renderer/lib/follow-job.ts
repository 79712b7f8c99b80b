import type { Job } from '../../shared/contract/jobs.ts';
import { client } from './client.ts';

/** Follows a job to its end; `onProgress` hears of each step. Resolves to the job as it ended, or as it was last heard of. */
export async function followJob(id: string, onProgress?: (job: Job) => void): Promise<Job | null> {
  let last: Job | null = null;
  for await (const now of await client.jobs.watch({ id })) {
    last = now;
    onProgress?.(now);
  }
  return last;
}
