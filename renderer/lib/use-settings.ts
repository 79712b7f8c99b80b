import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Settings } from '../../shared/contract/settings.ts';
import { api } from './client.ts';

/** Used until the host has answered; the same as the contract's defaults. */
const BEFORE: Settings = {
  theme: 'system',
  stopGraceSeconds: 10,
  maxUntrackedFileBytes: 1_000_000,
  maxPatchBytes: 20_000_000,
  capturePackages: true,
  smoothing: 0,
};

/** The person's settings, and the way to change some of them; a change shows at once and is taken back when it is refused. */
export function useSettings() {
  const queries = useQueryClient();
  const query = useQuery(api.settings.get.queryOptions());
  const key = api.settings.get.queryKey();
  const mutation = useMutation(
    api.settings.set.mutationOptions({
      onMutate: async ({ patch }) => {
        await queries.cancelQueries({ queryKey: key });
        const before = queries.getQueryData<Settings>(key);
        if (before) queries.setQueryData<Settings>(key, { ...before, ...(patch as Partial<Settings>) });
        return { before };
      },
      onSuccess: (settings) => queries.setQueryData(key, settings),
      onError: (_error, _input, context) => {
        if (context?.before) queries.setQueryData(key, context.before);
      },
    }),
  );
  return {
    settings: query.data ?? BEFORE,
    loaded: query.data !== undefined,
    error: query.error ?? mutation.error,
    set: (patch: Partial<Settings>) => mutation.mutate({ patch }),
  };
}
