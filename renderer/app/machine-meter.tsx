import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { GpuState } from '../../shared/contract/gpu.ts';
import { api } from '../lib/client.ts';
import { formatBytes, formatPercent } from '../lib/format.ts';
import { Tip } from '../ui/tip.tsx';
import classes from './machine-meter.module.css';

const EVERY_MS = 2000;
const MOST_BARS = 8;

/** What the machine is doing: a bar for each GPU, or one for the CPU where there is none. Leads to the queue page. */
export function MachineMeter({ project }: { project: string | undefined }) {
  const state = useQuery({ ...api.gpu.state.queryOptions(), refetchInterval: EVERY_MS }).data;
  if (!state) return null;
  const lines = describe(state);
  const content = (
    <>
      <span className={classes.bars} aria-hidden>
        {barsOf(state).map(({ id, percent }) => (
          <span key={id} className={classes.bar}>
            <span style={{ height: `${Math.min(100, Math.max(0, percent ?? 0))}%` }} />
          </span>
        ))}
      </span>
      <span className={classes.label}>{summary(state)}</span>
    </>
  );
  return (
    <Tip label={<span style={{ whiteSpace: 'pre-line' }}>{lines.join('\n')}</span>}>
      {project ? (
        <Link to="/p/$project/queue" params={{ project }} className={classes.meter} aria-label={lines.join(', ')}>
          {content}
        </Link>
      ) : (
        <span className={classes.meter}>{content}</span>
      )}
    </Tip>
  );
}

function barsOf({ gpus, host }: GpuState): { id: string; percent: number | null }[] {
  if (gpus.length === 0) return [{ id: 'cpu', percent: host.cpuPercent }];
  return gpus.slice(0, MOST_BARS).map((gpu) => ({ id: gpu.uuid, percent: gpu.utilisationPercent }));
}

function summary({ gpus, host }: GpuState): string {
  const known = gpus.flatMap((gpu) => gpu.utilisationPercent ?? []);
  if (gpus.length === 0) return `CPU ${formatPercent(host.cpuPercent)}`;
  return `GPU ${formatPercent(known.length > 0 ? known.reduce((sum, one) => sum + one, 0) / known.length : null)}`;
}

function describe({ gpus, host }: GpuState): string[] {
  const of = (used: number, total: number): string => `${formatBytes(used)} of ${formatBytes(total)}`;
  const cards = gpus.map((gpu) => {
    const memory =
      gpu.memoryUsedBytes !== null && gpu.memoryTotalBytes !== null
        ? `, ${of(gpu.memoryUsedBytes, gpu.memoryTotalBytes)}`
        : '';
    return `GPU ${gpu.index} ${formatPercent(gpu.utilisationPercent)}${memory}`;
  });
  return [
    ...cards,
    `CPU ${formatPercent(host.cpuPercent)} of ${host.cores} cores`,
    `Memory ${of(host.memoryUsedBytes, host.memoryTotalBytes)}`,
  ];
}
