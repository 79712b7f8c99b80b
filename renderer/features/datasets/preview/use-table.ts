import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { DataSide } from '../../../../shared/contract/tables.ts';
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
};

/** Columns that are asked for together, from the place `from` among all; without names it is all of them. */
export type ColumnBlock = { from: number; names?: string[] };

/** A row as far as it is here; `cell` gives undefined for what is on its way. */
export type RowView = { row: number; cell(column: number): string | null | undefined };

/** What is known of the rows of a view; `total` is undefined while they are on their way. */
export type GridState = { total: number | undefined; busy: boolean; error: unknown };

/** What a table is: its columns, its rows, what is odd about the file. */
export function useTableInfo(project: string, side: DataSide) {
  return useQuery(api.tables.open.queryOptions({ input: { project, side } }));
}

/** The rows `first` to `last` of a view of a table, in pages and blocks of columns that are asked for as they come into sight. */
export function useTableRows(query: TableQuery, blocks: readonly ColumnBlock[], first: number, last: number) {
  const from = Math.max(0, Math.floor(first / PAGE_ROWS));
  const to = Math.max(from, Math.floor(Math.max(0, last) / PAGE_ROWS));
  const wanted = Array.from({ length: to - from + 1 }, (_, i) => (from + i) * PAGE_ROWS).flatMap((offset) =>
    blocks.map((block) => ({ offset, block })),
  );
  // how many rows there are does not depend on what is on the screen
  const count = useQuery({
    ...api.tables.page.queryOptions({ input: { ...query, columns: [], limit: 1 } }),
    placeholderData: keepPreviousData,
  });
  const pages = useQueries({
    queries: wanted.map(({ offset, block: { names } }) => ({
      ...api.tables.page.queryOptions({
        input: { ...query, ...(names ? { columns: names } : {}), offset, limit: PAGE_ROWS },
      }),
      gcTime: KEPT_MS,
    })),
  });
  const stale = count.isPlaceholderData;
  const now = (index: number): RowView | undefined => {
    const parts = wanted.flatMap(({ offset, block }, i) => {
      const found = index >= offset ? pages[i]?.data?.rows[index - offset] : undefined;
      return found ? [{ found, from: block.from }] : [];
    });
    if (parts.length === 0) return undefined;
    const cell = (column: number): string | null | undefined => {
      for (const { found, from: start } of parts)
        if (column >= start && column < start + found.cells.length) return found.cells[column - start];
      return undefined;
    };
    return { row: parts[0]!.found.row, cell };
  };
  // the rows of before stay until those of another view are here
  const before = useRef(now);
  useEffect(() => {
    if (!stale) before.current = now;
  });
  const failed = pages.find((page) => page.error);
  return {
    rowAt: stale ? before.current : now,
    total: count.data?.total,
    /** what is shown belongs to another view, whose successor is on its way */
    stale,
    loading: count.isFetching || pages.some((page) => page.isFetching),
    error: count.error ?? failed?.error ?? null,
    retry: () => void (count.error ? count.refetch() : failed?.refetch()),
  };
}
