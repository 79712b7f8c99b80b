import { Title } from '@mantine/core';
import { IconCpu2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Gpu } from '../../../shared/contract/gpu.ts';
import { formatBytes, shortId } from '../../lib/format.ts';
import classes from './machine.module.css';
import { Meter } from './meter.tsx';

/** One GPU: how busy it is, what it holds, how hot it is, and who uses it. */
export function GpuCard({ gpu }: { gpu: Gpu }) {
  const { memoryUsedBytes: used, memoryTotalBytes: total, powerWatts: watts, powerLimitWatts: limit } = gpu;
  return (
    <section className={classes.card} aria-label={`GPU ${gpu.index}`}>
      <div className={classes.head}>
        <IconCpu2 size={18} stroke={1.5} aria-hidden />
        <Title order={3}>
          GPU {gpu.index} · {gpu.name}
        </Title>
        {gpu.temperatureCelsius === null ? null : (
          <span className={classes.sub}>{Math.round(gpu.temperatureCelsius)} °C</span>
        )}
      </div>
      <Meter label="Utilisation" percent={gpu.utilisationPercent} />
      <Meter
        label="Memory"
        percent={used !== null && total ? (100 * used) / total : null}
        text={used === null ? '–' : `${formatBytes(used)}${total === null ? '' : ` of ${formatBytes(total)}`}`}
      />
      <Meter
        label="Power"
        percent={watts !== null && limit ? (100 * watts) / limit : null}
        text={watts === null ? '–' : `${Math.round(watts)} W${limit === null ? '' : ` of ${Math.round(limit)} W`}`}
      />
      {gpu.processes.length > 0 ? (
        <ul className={classes.processes} aria-label={`Processes on GPU ${gpu.index}`}>
          {gpu.processes.map((process) => (
            <li key={process.pid} className={classes.process}>
              {process.run && process.project ? (
                <Link to="/p/$project/runs/$run" params={{ project: process.project, run: process.run }}>
                  Run {shortId(process.run)}
                </Link>
              ) : (
                <span title={process.name}>{process.name}</span>
              )}
              <span className={classes.note}>pid {process.pid}</span>
              <span>{process.memoryBytes === null ? '' : formatBytes(process.memoryBytes)}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
