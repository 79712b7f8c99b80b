import { Button, Progress, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { Job } from '../../shared/contract/jobs.ts';
import { api } from '../lib/client.ts';
import { formatBytes, formatCount } from '../lib/format.ts';
import { notifyError } from './notify.ts';

/** A job of the host as it stands now; undefined until it is known. */
export function useJob(id: string | null): Job | undefined {
  const query = useQuery({ ...api.jobs.list.queryOptions(), enabled: id !== null });
  return query.data?.find((job) => job.id === id);
}

/** The bar and the numbers of one running job, with the way to stop it; how it ended afterwards, when that was not well. */
export function JobProgress({ id }: { id: string }) {
  const job = useJob(id);
  const cancel = useMutation(
    api.jobs.cancel.mutationOptions({ onError: (error) => notifyError('It was not cancelled', error) }),
  );
  if (job && job.state !== 'running')
    return job.state === 'done' ? null : (
      <Text size="sm" c="var(--assay-bad)" style={{ overflowWrap: 'anywhere' }} role="alert">
        {job.error ?? (job.state === 'cancelled' ? 'Cancelled.' : 'It was interrupted. Try again.')}
      </Text>
    );
  return (
    <div style={{ display: 'grid', gap: 4 }}>
      <Progress
        size="sm"
        value={job && job.total > 0 ? (100 * job.done) / job.total : 100}
        animated={!job || job.total === 0}
        aria-label={job?.title ?? 'Working'}
      />
      <div style={{ display: 'flex', alignItems: 'center', gap: 8, minHeight: 24 }}>
        <Text size="xs" c="dimmed" truncate style={{ flex: 1 }}>
          {job ? [amount(job), job.label].filter(Boolean).join(' · ') || job.title : 'Starting …'}
        </Text>
        <Button
          size="compact-xs"
          variant="default"
          disabled={!job}
          loading={cancel.isPending}
          onClick={() => cancel.mutate({ id })}
        >
          Cancel
        </Button>
      </div>
    </div>
  );
}

function amount({ done, total, unit }: Job): string {
  const write = unit === 'bytes' ? formatBytes : formatCount;
  const what = unit === 'bytes' ? '' : ` ${unit}`;
  if (total === 0) return done === 0 ? '' : `${write(done)}${what}`;
  return `${write(done)} of ${write(total)}${what}`;
}
