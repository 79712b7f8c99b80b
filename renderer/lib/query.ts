import { QueryClient } from '@tanstack/react-query';
import { mayRetry } from './errors.ts';

/**
 * The cache of everything the host said. Data stays fresh until an event says otherwise (`events.ts`), so nothing is polled and a
 * page that comes back shows at once what it knew.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: false,
      networkMode: 'always',
      retry: (failures, error) => failures < 3 && mayRetry(error),
      retryDelay: (attempt) => Math.min(250 * 2 ** attempt, 2000),
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
