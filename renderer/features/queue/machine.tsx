import { Title } from '@mantine/core';
import { IconCpu, IconCpu2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../lib/client.ts';
import { formatBytes } from '../../lib/format.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingBox } from '../../ui/loading.tsx';
import { GpuCard } from './gpu-card.tsx';
import classes from './machine.module.css';
import { Meter } from './meter.tsx';

const EVERY_MS = 2000;

/** The machine that runs work: every GPU with who uses it, CPU and memory. Sampled every two seconds while it is looked at. */
export function Machine() {
  const query = useQuery({ ...api.gpu.state.queryOptions(), refetchInterval: EVERY_MS });
  const state = query.data;
  if (!state) {
    return (
      <aside className={classes.machine} aria-label="Machine">
        {query.error ? (
          <ErrorState title="The machine could not be read" error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <LoadingBox height={160} />
        )}
      </aside>
    );
  }
  const { host, gpus, reason } = state;
  return (
    <aside className={classes.machine} aria-label="Machine">
      {gpus.map((gpu) => (
        <GpuCard key={gpu.uuid} gpu={gpu} />
      ))}
      {gpus.length === 0 ? (
        <section className={classes.card}>
          <div className={classes.head}>
            <IconCpu2 size={18} stroke={1.5} aria-hidden />
            <Title order={3}>No GPU</Title>
          </div>
          <p className={classes.reason}>
            {reason ?? 'None was found on this machine.'} Runs use the CPU; “CPU slots” says how many at once.
          </p>
        </section>
      ) : null}
      <section className={classes.card}>
        <div className={classes.head}>
          <IconCpu size={18} stroke={1.5} aria-hidden />
          <Title order={3}>CPU and memory</Title>
        </div>
        <Meter label="CPU" percent={host.cpuPercent} note={`${host.cores} cores`} />
        <Meter
          label="Memory"
          percent={(100 * host.memoryUsedBytes) / host.memoryTotalBytes}
          text={`${formatBytes(host.memoryUsedBytes)} of ${formatBytes(host.memoryTotalBytes)}`}
        />
      </section>
    </aside>
  );
}
