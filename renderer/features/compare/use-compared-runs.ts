import { useQueries } from '@tanstack/react-query';
import type { RunDetail } from '../../../shared/contract/runs.ts';
import { api } from '../../lib/client.ts';

export type ComparedRuns = {
  /** In the order asked for, without those that could not be loaded. */
  readonly runs: readonly RunDetail[];
  readonly loading: boolean;
  /** Runs that are not there (any more), and why. */
  readonly missing: readonly { id: string; error: unknown }[];
};

/** The runs of a comparison, each renewed by the host's events. */
export function useComparedRuns(project: string, ids: readonly string[]): ComparedRuns {
  return useQueries({
    queries: ids.map((run) => api.runs.get.queryOptions({ input: { project, run } })),
    combine: (results): ComparedRuns => ({
      runs: results.flatMap((result) => result.data ?? []),
      loading: results.some((result) => result.isPending),
      missing: results.flatMap((result, at) =>
        result.error && !result.data ? [{ id: ids[at]!, error: result.error }] : [],
      ),
    }),
  });
}
