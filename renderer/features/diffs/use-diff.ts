import { skipToken, useMutation, useQuery } from '@tanstack/react-query';
import type { DiffSettings, OpenedDiff } from '../../../shared/contract/diffs.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import type { DataSide } from '../../../shared/contract/tables.ts';
import { api } from '../../lib/client.ts';
import { notifyError } from '../../ui/notify.ts';

export type Question = { before: DataSide; after: DataSide; settings: DiffSettings };

/** A comparison: begun, or opened where it was made before, and followed until it is done. `question` null asks for nothing. */
export function useDiff(project: string, question: Question | null) {
  const opened = useQuery({
    ...api.diffs.open.queryOptions({ input: question ? { project, ...question } : skipToken }),
    // a working copy changes; asking again costs nothing when it did not
    staleTime: 0,
    gcTime: 60_000,
  });
  const id = opened.data?.id;
  const followed = useQuery(
    api.diffs.get.queryOptions({ input: id && opened.data?.state === 'running' ? { project, id } : skipToken }),
  );
  const diff: OpenedDiff | undefined = followed.data?.id === id ? followed.data : opened.data;
  const running = diff?.state === 'running';
  const job: Job | null =
    useQuery({ ...api.jobs.list.queryOptions(), enabled: running }).data?.find((one) => one.id === diff?.job) ?? null;
  const cancel = useMutation(
    api.jobs.cancel.mutationOptions({ onError: (error) => notifyError('The comparison was not stopped', error) }),
  );
  return {
    diff,
    job,
    error: opened.error ?? followed.error,
    /** Compares anew. */
    retry: () => void opened.refetch(),
    again: opened.isFetching,
    cancel: () => diff?.job && cancel.mutate({ id: diff.job }),
    cancelling: cancel.isPending,
  };
}
