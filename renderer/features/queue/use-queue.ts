import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { QueueState } from '../../../shared/contract/queue.ts';
import { api } from '../../lib/client.ts';
import { useProjectId } from '../../lib/use-project.ts';
import { notifyError } from '../../ui/notify.ts';
import { moved } from './order.ts';

/** The queue of the project in the address and what can be done to it. A move shows at once and is taken back when refused. */
export function useQueue() {
  const project = useProjectId();
  const queries = useQueryClient();
  const input = { project };
  const key = api.queue.get.queryKey({ input });
  const keep = (state: QueueState): void => void queries.setQueryData(key, state);
  const query = useQuery(api.queue.get.queryOptions({ input }));

  const move = useMutation(
    api.queue.move.mutationOptions({
      onMutate: async ({ run, before }) => {
        await queries.cancelQueries({ queryKey: key });
        const was = queries.getQueryData<QueueState>(key);
        if (was) keep({ ...was, items: moved(was.items, run, before) });
        return { was };
      },
      onSuccess: keep,
      onError: (error, _input, context) => {
        if (context?.was) keep(context.was);
        notifyError('The run was not moved', error);
      },
    }),
  );
  const remove = useMutation(
    api.queue.remove.mutationOptions({
      onSuccess: keep,
      onError: (error) => notifyError('The run was not taken out of the queue', error),
    }),
  );
  const set = useMutation(
    api.queue.set.mutationOptions({
      onSuccess: keep,
      onError: (error) => notifyError('The queue was not changed', error),
    }),
  );
  const stop = useMutation(
    api.runs.stop.mutationOptions({ onError: (error) => notifyError('The run was not stopped', error) }),
  );
  return {
    project,
    query,
    busy: set.isPending,
    move: (run: string, before: string | null) => move.mutate({ project, run, before }),
    remove: (run: string) => remove.mutate({ project, run }),
    set: (patch: { paused?: boolean; cpuSlots?: number }) => set.mutate({ project, ...patch }),
    stop: (run: string) => stop.mutate({ project, runs: [run] }),
  };
}

export type Queue = ReturnType<typeof useQueue>;
