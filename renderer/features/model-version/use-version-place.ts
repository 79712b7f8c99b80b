import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useProjectId } from '../../lib/use-project.ts';
import { type VersionSearch, versionSearch } from './version-search.ts';

/** Which version the address names and which part of it, and the way to another part. `undefined` takes a part out of the address. */
export function useVersionPlace() {
  const project = useProjectId();
  const { name = '', version = '' } = useParams({ strict: false });
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => versionSearch(raw), [raw]);
  const navigate = useNavigate();
  const go = useCallback(
    (change: { [K in keyof VersionSearch]?: VersionSearch[K] | undefined }) =>
      void navigate({
        to: '/p/$project/models/$name/$version',
        params: { project, name, version },
        search: (before: Record<string, unknown>) => ({ ...before, ...change }),
        replace: true,
      }),
    [navigate, project, name, version],
  );
  const on = useMemo(() => ({ project, name, version }), [project, name, version]);
  return { on, search, go };
}

export type VersionPlace = ReturnType<typeof useVersionPlace>;
/** The input of everything that acts on the version. */
export type OnVersion = VersionPlace['on'];
