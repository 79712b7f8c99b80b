import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import type { RunQuery, RunRow } from '../../../shared/contract/runs.ts';
import { api } from '../../lib/client.ts';

/** Rows asked for at once. */
export const PAGE_ROWS = 100;

/** What is listed, without the place in it. */
export type RunList = Pick<RunQuery, 'project' | 'filter' | 'deleted' | 'sort' | 'metrics' | 'params'>;

/** Which pages to hold for rows `first` to `last`: those and the first one, whose runs are drawn when nothing else is chosen. */
export function pagesFor(first: number, last: number): number[] {
  const pages = [0];
  for (let page = Math.floor(first / PAGE_ROWS); page <= Math.floor(last / PAGE_ROWS); page++)
    if (page > 0) pages.push(page);
  return pages;
}

/**
 * The rows of a list around what is on the screen; other pages wait in the cache. While another order or filter is on its way the rows
 * of the one before stay, and so does the number of rows.
 */
export function useRunPages(list: RunList, first: number, last: number, enabled: boolean) {
  const pages = useMemo(() => pagesFor(first, last), [first, last]);
  const results = useQueries({
    queries: pages.map((page) =>
      api.runs.list.queryOptions({
        input: { ...list, offset: page * PAGE_ROWS, limit: PAGE_ROWS },
        enabled,
        placeholderData: keepPreviousData,
      }),
    ),
  });
  const total = useRef<number | undefined>(undefined);
  const fresh = results.find((result) => result.data !== undefined && !result.isPlaceholderData)?.data?.total;
  total.current = fresh ?? total.current ?? results[0]?.data?.total;

  const rowAt = (index: number): RunRow | undefined => {
    const page = pages.indexOf(Math.floor(index / PAGE_ROWS));
    return results[page]?.data?.rows[index % PAGE_ROWS];
  };
  return {
    /** undefined until the first page has come */
    total: total.current,
    rowAt,
    rows: results.flatMap((result) => result.data?.rows ?? []),
    first: results[0]?.data?.rows,
    error: results.find((result) => result.error)?.error ?? null,
    /** Another list is on its way; what is shown is the one before. */
    stale: results.some((result) => result.isPlaceholderData),
    retry: () => {
      for (const result of results) if (result.isError) void result.refetch();
    },
  };
}

export type RunPages = ReturnType<typeof useRunPages>;
