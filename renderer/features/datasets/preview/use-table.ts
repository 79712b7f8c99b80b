import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { DataSide, TablePage } from '../../../../shared/contract/tables.ts';
import { api } from '../../../lib/client.ts';
import type { TableSort } from '../data-search.ts';

export const PAGE_ROWS = 100;
const KEPT_MS = 60_000;

export type TableQuery = {
  project: string;
  side: DataSide;
  condition: string;
  search: string;
  sort: TableSort | null;
  /** absent: all */
  columns?: string[];
};

/** What is known of the rows of a view; `total` is undefined while they are on their way. */
export type GridState = { total: number | undefined; busy: boolean; error: unknown };

/** What a table is: its columns, its rows, what is odd about the file. */
export function useTableInfo(project: string, side: DataSide) {
  return useQuery({
    ...api.tables.open.queryOptions({ input: { project, side } }),
    placeholderData: undefined,
  });
}

/** The rows `first` to `last` of a view of a table, in pages that are asked for as they come into sight. */
export function useTableRows(query: TableQuery, first: number, last: number, enabled: boolean) {
  const from = Math.max(0, Math.floor(first / PAGE_ROWS));
  const to = Math.max(from, Math.floor(Math.max(0, last) / PAGE_ROWS));
  const places = Array.from({ length: to - from + 1 }, (_, i) => (from + i) * PAGE_ROWS);
  const input = (offset: number) => ({ ...query, offset, limit: PAGE_ROWS });
  // the first page also says how many rows there are, and stays for that
  const head = useQuery({
    ...api.tables.page.queryOptions({ input: input(0) }),
    enabled,
    gcTime: KEPT_MS,
    placeholderData: keepPreviousData,
  });
  const pages = useQueries({
    queries: places.map((offset) => ({
      ...api.tables.page.queryOptions({ input: input(offset) }),
      enabled: enabled && head.isSuccess && !head.isPlaceholderData,
      gcTime: KEPT_MS,
    })),
  });
  const data = pages.map((page) => page.data);
  const stale = head.isPlaceholderData;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the pages are what the rows are made of
  const rows = useMemo(() => {
    const found = new Map<number, TablePage['rows'][number]>();
    const put = (offset: number, page: TablePage | undefined): void =>
      page?.rows.forEach((row, i) => void found.set(offset + i, row));
    put(0, head.data);
    if (!stale) places.forEach((offset, i) => void put(offset, data[i]));
    return found;
  }, [head.data, stale, from, ...data]);
  const failed = pages.find((page) => page.error);
  return {
    rows,
    total: head.data?.total,
    /** what is shown belongs to another view, whose successor is on its way */
    stale,
    loading: head.isFetching,
    error: head.error ?? failed?.error ?? null,
    retry: () => void (head.error ? head.refetch() : failed?.refetch()),
  };
}
