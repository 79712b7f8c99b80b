import { Button, Progress, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Job } from '../../../shared/contract/jobs.ts';
import { api } from '../../lib/client.ts';
import { formatAgo, formatBytes, formatCount, formatDuration } from '../../lib/format.ts';
import { notifyError } from '../../ui/notify.ts';
import classes from './job-line.module.css';

const ENDED: Record<Job['state'], string> = {
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted: Assay ended before it was done',
};

/** One job: title, bar and numbers while it runs; how it ended afterwards. */
export function JobLine({ job }: { job: Job }) {
  const cancel = useMutation(
    api.jobs.cancel.mutationOptions({ onError: (error) => notifyError(`"${job.title}" was not cancelled`, error) }),
  );
  const running = job.state === 'running';
  return (
    <div className={classes.line}>
      <div className={classes.head}>
        <Text truncate fw={500}>
          {job.title}
        </Text>
        {running ? (
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            loading={cancel.isPending}
            onClick={() => cancel.mutate({ id: job.id })}
          >
            Cancel
          </Button>
        ) : null}
      </div>
      {running ? (
        <>
          <Progress
            size="sm"
            value={job.total > 0 ? (100 * job.done) / job.total : 100}
            animated={job.total === 0}
            aria-label={job.title}
          />
          <Text size="xs" c="dimmed" truncate>
            {[amount(job), job.label].filter(Boolean).join(' · ')}
          </Text>
        </>
      ) : (
        <Text size="xs" c={job.state === 'failed' ? 'var(--assay-bad)' : 'dimmed'} style={{ overflowWrap: 'anywhere' }}>
          {ENDED[job.state]}
          {job.endedAt === null
            ? ''
            : ` ${formatAgo(job.endedAt)} after ${formatDuration(job.endedAt - job.startedAt)}`}
          {job.error ? `. ${job.error}` : ''}
        </Text>
      )}
    </div>
  );
}

function amount({ done, total, unit }: Job): string {
  const write = unit === 'bytes' ? formatBytes : formatCount;
  const what = unit === 'bytes' ? '' : ` ${unit}`;
  if (total === 0) return done === 0 ? '' : `${write(done)}${what}`;
  return `${write(done)} of ${write(total)}${what}`;
}
