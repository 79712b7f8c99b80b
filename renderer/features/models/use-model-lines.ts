import { skipToken, useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ModelRow, VersionRow } from '../../../shared/contract/models.ts';
import { api } from '../../lib/client.ts';
import {
  filterModels,
  filterVersions,
  type GridRow,
  modelLines,
  sortModels,
  sortVersions,
  versionLine,
} from './model-rows.ts';
import { type ModelsSearch, sortOf } from './models-search.ts';

/** As many versions as one answer holds; beyond it the host filters. */
const LIMIT = 5000;
/** As many as a screen shows. */
const HEAD = 60;

type Lines = { rows: readonly GridRow[]; total: number; loading: boolean; error: unknown; retry: () => void };

/** The lines of the grid, as the address asks for them: models with the versions of the open ones, or all versions. */
export function useModelLines(project: string, models: readonly ModelRow[], search: ModelsSearch): Lines {
  const { q = '', view, open = '', sort } = search;
  const flat = view === 'versions';
  const order = useMemo(
    () => sortOf({ ...(sort === undefined ? {} : { sort }), ...(view === undefined ? {} : { view }) }),
    [sort, view],
  );
  const opened = useMemo(
    () => new Set(open.split(',').filter((name) => models.some((model) => model.name === name))),
    [open, models],
  );
  // the newest come first whatever was asked, so that what is seen is there while the rest is on its way
  const head = useQuery(api.models.versions.queryOptions({ input: flat ? { project, limit: HEAD } : skipToken }));
  const all = useQuery(api.models.versions.queryOptions({ input: flat ? { project, limit: LIMIT } : skipToken }));
  const known = all.data ?? (q === '' && sort === undefined ? head.data : undefined);
  const beyond = all.data !== undefined && all.data.total > LIMIT && q !== '';
  const found = useQuery(
    api.models.versions.queryOptions({ input: beyond ? { project, limit: LIMIT, filter: q } : skipToken }),
  );
  const inner = useQueries({
    queries: flat
      ? []
      : [...opened].map((name) => api.models.versions.queryOptions({ input: { project, name, limit: LIMIT } })),
    combine: (results) => results.map((result) => result.data?.rows),
  });

  const rows = useMemo((): readonly GridRow[] => {
    if (flat) {
      const versions = beyond ? (found.data?.rows ?? []) : filterVersions(known?.rows ?? [], q);
      return sortVersions(versions, order).map((version) => versionLine(version));
    }
    const names = [...opened];
    const versions: Record<string, readonly VersionRow[] | undefined> = Object.fromEntries(
      names.map((name, at) => [name, inner[at]]),
    );
    return modelLines(sortModels(filterModels(models, q), order), opened, versions);
  }, [flat, beyond, found.data, known, q, order, opened, inner, models]);

  return {
    rows,
    total: flat ? (known?.total ?? 0) : models.length,
    loading: flat && known === undefined && all.error === null,
    error: flat ? all.error : null,
    retry: () => void all.refetch(),
  };
}
