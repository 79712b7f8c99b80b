import type { ReactNode } from 'react';
import type { RunDetail } from '../../../../shared/contract/runs.ts';
import { formatBytes, formatDateTime, formatDuration, plural } from '../../../lib/format.ts';
import { useNow } from '../../../lib/use-now.ts';
import { runDuration } from '../run-state.ts';
import classes from './overview.module.css';

/** The facts that one looks for first. */
export function OverviewCards({ run }: { run: RunDetail }) {
  const now = useNow(run.status === 'running' ? 1000 : 0);
  const duration = runDuration(run, now);
  const { host, gpus } = run;
  const named = host?.gpus.filter((gpu) => gpus.includes(gpu.index)) ?? [];
  return (
    <div className={classes.cards}>
      <Card
        label="Duration"
        value={duration === null ? '–' : formatDuration(duration)}
        detail={run.startedAt === null ? 'not started' : `from ${formatDateTime(run.startedAt)}`}
      />
      <Card
        label="Peak memory"
        value={run.peakMemoryBytes === null ? '–' : formatBytes(run.peakMemoryBytes)}
        detail={host ? `of ${formatBytes(host.memoryBytes)}` : 'of the whole process tree'}
      />
      <Card
        label="Host"
        value={host?.name ?? '–'}
        detail={host ? `${host.cpu || host.os}, ${plural(host.cores, 'core')}` : 'not recorded'}
      />
      <Card
        label="GPUs"
        value={gpus.length === 0 ? 'none' : named.length > 0 ? namesOf(named) : gpus.join(', ')}
        detail={gpus.length === 0 ? ' ' : `number ${gpus.join(', ')}`}
      />
      <Card
        label="Python"
        value={run.python?.version ?? '–'}
        detail={run.python ? `${run.python.kind} · ${run.python.executable}` : 'not recorded'}
      />
    </div>
  );
}

function namesOf(gpus: readonly { name: string }[]): string {
  const names = [...new Set(gpus.map((gpu) => gpu.name))].join(', ');
  return gpus.length > 1 ? `${gpus.length} × ${names}` : names;
}

function Card({ label, value, detail }: { label: string; value: ReactNode; detail: string }) {
  return (
    <div className={classes.card}>
      <div className={classes.label}>{label}</div>
      <div className={classes.value} title={typeof value === 'string' ? value : undefined}>
        {value}
      </div>
      <div className={classes.detail} title={detail}>
        {detail}
      </div>
    </div>
  );
}
