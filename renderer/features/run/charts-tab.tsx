import { useComputedColorScheme } from '@mantine/core';
import { IconCpu } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { RunDetail } from '../../../shared/contract/runs.ts';
import type { ChartRun } from '../../charts/figures/line-data.ts';
import { MetricChart } from '../../charts/metric-chart.tsx';
import { MetricCharts } from '../../charts/metric-charts.tsx';
import { api } from '../../lib/client.ts';
import { runColor } from '../../lib/run-color.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingBox } from '../../ui/loading.tsx';
import classes from './charts-tab.module.css';

const SYSTEM = 'system/';
const collator = new Intl.Collator('en', { numeric: true });

type Props = { project: string; run: RunDetail };

/** All metrics of the run, as they come in. */
export function ChartsTab({ project, run }: Props) {
  return <MetricCharts project={project} runs={useChartRuns(run)} />;
}

/** What the machine did meanwhile: processor, memory and GPU of the run's whole process tree. */
export function SystemTab({ project, run }: Props) {
  const runs = useChartRuns(run);
  const query = useQuery(api.metrics.keys.queryOptions({ input: { project, runs: [run.id] } }));
  if (query.error && !query.data)
    return (
      <ErrorState error={query.error} title="The metrics could not be loaded" onRetry={() => void query.refetch()} />
    );
  if (!query.data)
    return (
      <div className={classes.grid}>
        <LoadingBox height={220} />
        <LoadingBox height={220} />
      </div>
    );
  const keys = query.data
    .map((one) => one.key)
    .filter((key) => key.startsWith(SYSTEM))
    .sort(collator.compare);
  if (keys.length === 0)
    return (
      <EmptyState icon={<IconCpu size={32} stroke={1.5} />} title="No system use was recorded">
        {run.source === 'sdk'
          ? 'Processor, memory and GPU are measured for runs that Assay starts: from this page, or with “assay run -- python train.py”.'
          : 'The run ended before the first measurement.'}
      </EmptyState>
    );
  return (
    <div className={classes.grid}>
      {keys.map((key) => (
        <MetricChart key={key} project={project} runs={runs} metric={key} />
      ))}
    </div>
  );
}

/** The run as the charts take it; the same object until something they draw changes. */
function useChartRuns({ id, name, color, seq, startedAt }: RunDetail): readonly ChartRun[] {
  const scheme = useComputedColorScheme('light');
  return useMemo(
    () => [{ id, name, color: runColor({ seq, color }, scheme), startedAt }],
    [id, name, color, seq, startedAt, scheme],
  );
}
