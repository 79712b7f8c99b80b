import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { RunSort } from '../../../shared/contract/runs.ts';
import { api, client } from '../../lib/client.ts';
import { useChanges } from '../../lib/events.ts';
import { notifyError } from '../../ui/notify.ts';
import { columnOf, defaultColumns } from './columns.ts';
import { type RunsSearch, readSort, USUAL_SORT, validateRunsSearch, writeSort } from './runs-search.ts';
import { readView, type TableView } from './table-view.ts';

const NAME = 'runs-table';
const SAMPLE = { runs: 40, params: 80 };
const ENOUGH_RUNS = 4;
const SAVE_AFTER_MS = 600;
const NO_COLUMNS: readonly string[] = [];
const NO_WIDTHS: Readonly<Record<string, number>> = {};

/** How the runs of a project are shown: the address first, then what is remembered of the project, then what fits its runs. */
export function useRunsView(project: string) {
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => validateRunsSearch(raw), [raw]);
  const navigate = useNavigate();
  const { view, save } = useRememberedView(project);
  const usual = useDefaultColumns(project, !search.cols && view !== undefined && view.columns === null);

  const go = useCallback(
    (change: Partial<Record<keyof RunsSearch, unknown>>, replace = true) =>
      void navigate({
        to: '/p/$project/runs',
        params: { project },
        search: (before: Record<string, unknown>) => ({ ...before, ...change }),
        replace,
      }),
    [navigate, project],
  );

  const columns = useMemo(
    () => (search.cols ?? view?.columns ?? usual)?.filter((id) => id !== 'name' && columnOf(id) !== undefined),
    [search.cols, view, usual],
  );
  const sort = useMemo(() => (search.sort ? readSort(search.sort) : (view?.sort ?? USUAL_SORT)), [search.sort, view]);

  const commands = useMemo(
    () => ({
      setColumns(cols: readonly string[]): void {
        go({ cols });
        save({ columns: cols });
      },
      /** Forgets the choice of columns, so that the usual ones come back. */
      resetColumns(): void {
        go({ cols: undefined });
        save({ columns: null, pinned: [], widths: {} });
      },
      setPinned: (pinned: readonly string[]): void => save({ pinned }),
      setWidths: (widths: Readonly<Record<string, number>>): void => save({ widths }),
      setSort(next: RunSort): void {
        go({ sort: writeSort(next) });
        save({ sort: next });
      },
      setFilter: (q: string): void => go({ q: q === '' ? undefined : q }),
      /** null: the first runs are drawn again */
      setDrawn: (on: readonly string[] | null): void => go({ on: on ?? undefined }),
      setTrash: (trash: boolean): void => go({ trash: trash || undefined, on: undefined }, false),
    }),
    [go, save],
  );
  return {
    ...commands,
    /** undefined while the remembered view or the usual columns are on their way */
    columns,
    sort,
    filter: search.q ?? '',
    trash: search.trash === true,
    /** null: the first runs are drawn */
    drawn: search.on ?? null,
    pinned: view?.pinned ?? NO_COLUMNS,
    widths: view?.widths ?? NO_WIDTHS,
  };
}

export type RunsView = ReturnType<typeof useRunsView>;

/** The remembered view; changes show at once and are written a little later. */
function useRememberedView(project: string) {
  const queries = useQueryClient();
  const input = useMemo(() => ({ project, name: NAME }), [project]);
  const query = useQuery(api.settings.view.queryOptions({ input }));
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const view = useMemo(
    () => (query.isError ? readView(null) : query.data === undefined ? undefined : readView(query.data)),
    [query],
  );
  const write = useRef<() => void>(undefined);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      write.current?.();
    },
    [],
  );
  const save = useCallback(
    (change: Partial<TableView>) => {
      const key = api.settings.view.queryKey({ input });
      const next = { ...readView(queries.getQueryData(key)), ...change } as const;
      queries.setQueryData(key, structuredClone(next) as never);
      clearTimeout(timer.current);
      write.current = () => {
        write.current = undefined;
        client.settings
          .setView({ ...input, value: structuredClone(next) as never })
          .catch((error: unknown) => notifyError('The columns are not remembered', error));
      };
      timer.current = setTimeout(() => write.current?.(), SAVE_AFTER_MS);
    },
    [queries, input],
  );
  return { view, save };
}

/**
 * Looks at some runs to see which params differ. Asked again only while the project has too little to tell, so that columns do not come
 * and go while runs do.
 */
function useDefaultColumns(project: string, enabled: boolean): string[] | undefined {
  const { data, isError, refetch } = useQuery({
    queryKey: ['runs-default-columns', project],
    queryFn: async () => {
      const known = await client.runs.columns({ project });
      const params = known.params
        .toSorted((a, b) => b.runs - a.runs)
        .slice(0, SAMPLE.params)
        .map(({ key }) => key);
      const page = await client.runs.list({ project, limit: SAMPLE.runs, metrics: [], params });
      return {
        settled: page.total >= ENOUGH_RUNS && known.metrics.length > 0,
        columns: defaultColumns(known, page.rows),
      };
    },
    enabled,
  });
  useChanges((event) => {
    const about = event.project === project && (event.topic === 'runs' || event.topic === 'metrics');
    if (enabled && about && !data?.settled) void refetch({ cancelRefetch: false });
  });
  return (
    data?.columns ?? (isError ? defaultColumns({ metrics: [], params: [], tags: [], experiments: [] }, []) : undefined)
  );
}
