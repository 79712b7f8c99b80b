import { Button, Progress } from '@mantine/core';
import type { EarlyVerdict } from '../../../shared/contract/diffs.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import { earlyWords } from '../../lib/diff-verdict.ts';
import { formatBytes, formatCount, formatDuration } from '../../lib/format.ts';
import { useNow } from '../../lib/use-now.ts';
import { LoadingRows, useLate } from '../../ui/loading.tsx';
import classes from './diff-page.module.css';

type Props = {
  early: EarlyVerdict | null;
  job: Job | null;
  /** null while there is nothing to stop */
  onCancel: (() => void) | null;
  cancelling: boolean;
};

/** A comparison at work: what is already certain, how far it is, and the way to stop it. As high as the verdict that takes its place. */
export function Running({ early, job, onCancel, cancelling }: Props) {
  const late = useLate(200);
  const words = earlyWords(early);
  const now = useNow();
  return (
    <>
      <section className={classes.verdict} aria-label="Verdict" aria-busy>
        <div className={classes.verdictLine} role="status">
          <span className={classes.headline}>{words?.headline ?? (late ? 'Comparing' : '')}</span>
          <span className={classes.verdictDetail}>{words?.detail}</span>
        </div>
        <div className={classes.progress} style={{ visibility: late ? undefined : 'hidden' }}>
          <Progress
            className={classes.progressBar}
            size="sm"
            value={job && job.total > 0 ? (100 * job.done) / job.total : 100}
            animated={!job || job.total === 0}
            aria-label="Progress of the comparison"
          />
          <span className={classes.stage}>
            {[job?.label, amount(job), job ? formatDuration(Math.max(0, now - job.startedAt)) : '']
              .filter(Boolean)
              .join(' · ')}
          </span>
          {onCancel ? (
            <Button size="compact-xs" variant="default" loading={cancelling} onClick={onCancel}>
              Cancel
            </Button>
          ) : null}
        </div>
      </section>
      <div className={classes.waiting}>
        <LoadingRows rows={14} />
      </div>
    </>
  );
}

function amount(job: Job | null): string {
  if (!job || job.total === 0 || job.unit === '') return '';
  const write = job.unit === 'bytes' ? formatBytes : formatCount;
  return `${write(job.done)} of ${write(job.total)}${job.unit === 'bytes' ? '' : ` ${job.unit}`}`;
}
