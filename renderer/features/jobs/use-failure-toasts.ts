import { notifications } from '@mantine/notifications';
import { useEffect, useRef } from 'react';
import type { Job } from '../../../shared/contract/jobs.ts';
import { newlyFailed } from './sort-jobs.ts';

/** Says when a job fails while nobody looks at the tray. `jobs` is undefined until the host has answered. */
export function useFailureToasts(jobs: readonly Job[] | undefined): void {
  const before = useRef<ReadonlyMap<string, Job['state']> | null>(null);
  useEffect(() => {
    if (!jobs) return;
    for (const job of newlyFailed(jobs, before.current)) {
      notifications.show({
        title: `${job.title} failed`,
        message: job.error ?? 'The log of Assay has the details.',
        color: 'red',
        autoClose: 10_000,
      });
    }
    before.current = new Map(jobs.map((job) => [job.id, job.state]));
  }, [jobs]);
}
