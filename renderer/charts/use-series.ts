import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { decodeSeries, type Series } from '../../shared/layout/series.ts';
import { api, client } from '../lib/client.ts';
import type { XRange } from './line-chart.tsx';

/** Series beside the ids of their runs, so that an answer that is kept while the next one comes is never drawn under wrong names. */
export type RunSeries = { readonly run: string; readonly series: Series };

type Asked = { project: string; runs: readonly string[]; metric: string; steps: XRange | null; maxPoints: number };

/** One metric of several runs in one call, renewed when events say so; the last answer stays until the next one is there. */
export function useSeries({ project, runs, metric, steps, maxPoints }: Asked) {
  const input = {
    project,
    series: runs.map((run) => ({ run, key: metric })),
    maxPoints,
    ...(steps ? { from: steps.from, to: steps.to } : {}),
  };
  return useQuery({
    queryKey: api.metrics.series.queryKey({ input }),
    queryFn: async ({ signal }): Promise<unknown> => {
      const bytes = await client.metrics.series(input, { signal });
      const all = decodeSeries(await bytes.arrayBuffer());
      return runs.map((run, i): RunSeries => ({ run, series: all[i]! }));
    },
    select: (data) => data as readonly RunSeries[],
    enabled: runs.length > 0,
    placeholderData: keepPreviousData,
    structuralSharing: false,
    gcTime: 60_000,
  });
}

/** Every point of a metric, for a CSV file. */
export async function allPoints(asked: Omit<Asked, 'maxPoints'>): Promise<RunSeries[]> {
  const { project, runs, metric, steps } = asked;
  const bytes = await client.metrics.series({
    project,
    series: runs.map((run) => ({ run, key: metric })),
    maxPoints: 1_000_000,
    ...(steps ? { from: steps.from, to: steps.to } : {}),
  });
  const all = decodeSeries(await bytes.arrayBuffer());
  return runs.map((run, i) => ({ run, series: all[i]! }));
}
