import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useProjectId } from '../../lib/use-project.ts';
import { type DataSearch, validateDataSearch } from './data-search.ts';

/** Where the data page is, and the way elsewhere. `undefined` takes a part out of the address. */
export function useDataPlace() {
  const project = useProjectId();
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => validateDataSearch(raw), [raw]);
  const navigate = useNavigate();
  const go = useCallback(
    (change: { [K in keyof DataSearch]?: DataSearch[K] | undefined }, replace = false) =>
      void navigate({
        to: '/p/$project/data',
        params: { project },
        search: (before: Record<string, unknown>) => ({ ...before, ...change }),
        replace,
      }),
    [navigate, project],
  );
  return { project, search, go };
}

export type DataPlace = ReturnType<typeof useDataPlace>;
