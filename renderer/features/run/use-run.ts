import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RunDetail, RunPatch } from '../../../shared/contract/runs.ts';
import { api, client } from '../../lib/client.ts';
import { notifyError } from '../../ui/notify.ts';
import { offerUndo } from './undo-toast.tsx';

/** Everything about one run; renewed by the host's events. */
export function useRun(project: string, run: string) {
  return useQuery(api.runs.get.queryOptions({ input: { project, run } }));
}

/** What a person can do to a run. Failures are told; what is edited shows at once and is taken back when it is refused. */
export function useRunCommands(project: string, run: string) {
  const queries = useQueryClient();
  const key = api.runs.get.queryKey({ input: { project, run } });
  const runs = [run];

  const update = useMutation({
    mutationFn: (patch: RunPatch) => client.runs.update({ project, runs, patch }),
    onMutate: async (patch) => {
      await queries.cancelQueries({ queryKey: key });
      const before = queries.getQueryData<RunDetail>(key);
      if (before) queries.setQueryData<RunDetail>(key, patched(before, patch));
      return before;
    },
    onError: (error, _patch, before) => {
      if (before) queries.setQueryData(key, before);
      notifyError('The change was not kept', error);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const stop = useMutation({
    mutationFn: () => client.runs.stop({ project, runs }),
    onError: (error) => notifyError('The run was not stopped', error),
  });
  const leaveQueue = useMutation({
    mutationFn: () => client.queue.remove({ project, run }),
    onError: (error) => notifyError('The run was not taken off the queue', error),
  });
  const restore = useMutation({
    mutationFn: () => client.runs.restore({ project, runs }),
    onError: (error) => notifyError('The run was not restored', error),
  });
  const remove = useMutation({
    mutationFn: () => client.runs.delete({ project, runs }),
    onSuccess: () => offerUndo(`deleted ${run}`, 'Moved to the trash', () => restore.mutate()),
    onError: (error) => notifyError('The run was not deleted', error),
  });
  return { update: update.mutate, stop, leaveQueue, restore, remove };
}

/** A run as it will be after a patch. */
function patched(run: RunDetail, patch: RunPatch): RunDetail {
  const { tags, ...plain } = patch;
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
  const merged = Object.entries({ ...run.tags, ...tags }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  return { ...run, ...given, tags: Object.fromEntries(merged) };
}
