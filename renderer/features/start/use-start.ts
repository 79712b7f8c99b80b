import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { StartRequestParsed } from '../../../shared/contract/runs.ts';
import { api, client } from '../../lib/client.ts';
import { shortId } from '../../lib/format.ts';

/** The request of the run that is started again; nothing is asked for when there is none. */
export function usePastRequest(project: string, from: string | null) {
  return useQuery(
    api.runs.request.queryOptions({
      input: { project, run: from ?? '' },
      enabled: from !== null,
      gcTime: 0,
      staleTime: 0,
    }),
  );
}

/** What the run that is started again is called; its short id until that is known. */
export function usePastName(project: string, from: string | null): string {
  const query = useQuery(api.runs.get.queryOptions({ input: { project, run: from ?? '' }, enabled: from !== null }));
  return query.data?.name ?? shortId(from ?? '');
}

/** Starts a run and goes to see it: to its own page, or to the queue when it has to wait. */
export function useStart(project: string) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (request: StartRequestParsed) => client.runs.start({ project, request }),
    onSuccess: ({ run, status }) =>
      status === 'queued'
        ? navigate({ to: '/p/$project/queue', params: { project } })
        : navigate({ to: '/p/$project/runs/$run', params: { project, run } }),
  });
}

/** Paths of the versioned data there is. */
export function useDatasetPaths(project: string): string[] {
  const data = useQuery(api.datasets.list.queryOptions({ input: { project } })).data;
  return (data?.datasets ?? []).map((one) => one.path);
}

/** Names of experiments there are, the most used first. */
export function useExperiments(project: string): string[] {
  const columns = useQuery(api.runs.columns.queryOptions({ input: { project } })).data;
  return (columns?.experiments ?? []).toSorted((a, b) => b.runs - a.runs).map((one) => one.key);
}
