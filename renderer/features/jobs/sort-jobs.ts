import type { Job } from '../../../shared/contract/jobs.ts';

/** Running jobs first, then the newest. */
export function sortJobs(jobs: readonly Job[]): Job[] {
  const running = (job: Job): number => (job.state === 'running' ? 0 : 1);
  return [...jobs].sort((a, b) => running(a) - running(b) || b.startedAt - a.startedAt);
}

/**
 * The jobs that failed since `before` was seen.
 * @param before states by id as they were; null when nothing was seen yet, so that old failures are not told again
 */
export function newlyFailed(jobs: readonly Job[], before: ReadonlyMap<string, Job['state']> | null): Job[] {
  if (!before) return [];
  return jobs.filter((job) => job.state === 'failed' && before.get(job.id) !== 'failed');
}
