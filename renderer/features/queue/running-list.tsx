import { Button, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { QueueState } from '../../../shared/contract/queue.ts';
import { formatDuration } from '../../lib/format.ts';
import { useNow } from '../../lib/use-now.ts';
import { confirm } from '../../ui/confirm.tsx';
import { StatusDot } from '../../ui/status-badge.tsx';
import classes from './queue-page.module.css';

type Props = { project: string; runs: QueueState['running']; onStop: (run: string) => void };

/** The runs of this project whose processes are alive. */
export function RunningList({ project, runs, onStop }: Props) {
  const now = useNow(runs.length > 0 ? 1000 : 0);
  const stop = async (run: Props['runs'][number]): Promise<void> => {
    const sure = await confirm({
      title: `Stop ${run.name}?`,
      body: 'Its process is asked to end, and is killed when it does not. What it has logged stays.',
      confirm: 'Stop the run',
      danger: true,
    });
    if (sure) onStop(run.run);
  };
  return (
    <section className={classes.section} aria-labelledby="queue-running">
      <div className={classes.heading}>
        <Title order={2} id="queue-running">
          Running
        </Title>
        <Text c="dimmed">{runs.length}</Text>
      </div>
      {runs.length === 0 ? (
        <div className={classes.nothing}>Nothing runs at the moment.</div>
      ) : (
        <ul className={classes.list}>
          {runs.map((run) => (
            <li key={run.run} className={classes.line}>
              <span className={classes.grip} style={{ cursor: 'default' }}>
                <StatusDot status="running" />
              </span>
              <div className={classes.text}>
                <Link to="/p/$project/runs/$run" params={{ project, run: run.run }} className={classes.name}>
                  {run.name}
                </Link>
              </div>
              <div className={classes.facts}>
                {run.gpus.length > 0 ? `GPU ${run.gpus.join(', ')}` : 'CPU'}
                {run.startedAt === null ? '' : ` · ${formatDuration(now - run.startedAt)}`}
              </div>
              <Button size="compact-xs" variant="default" onClick={() => void stop(run)}>
                Stop
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
