import { useQueries } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { DiffCell, DiffRow, RowFilter } from '../../../../shared/contract/diffs.ts';
import { api } from '../../../lib/client.ts';

export const PAGE_ROWS = 100;
/** Pages that are kept at hand besides the cache, so that what is shown can stay while something else is on its way. */
const KEPT = 12;
/** Pages that were scrolled past are forgotten after this long: there may be a hundred thousand of them. */
const GONE_MS = 60_000;
const FAR_ROWS = 2 * PAGE_ROWS;
const SETTLED_MS = 40;

export type GridRow = Omit<DiffRow, 'cells'> & { readonly cell: (column: string) => DiffCell | undefined };

/** Which pages to hold for rows `first` to `last`. */
export function pagesFor(first: number, last: number): number[] {
  const from = Math.floor(Math.max(0, first) / PAGE_ROWS);
  const to = Math.floor(Math.max(0, first, last) / PAGE_ROWS);
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

type Asked = {
  project: string;
  id: string;
  filter: RowFilter;
  /** undefined means all */
  columns: string[] | undefined;
  /** every column of the table, in its order */
  all: readonly string[];
  first: number;
  last: number;
};

/** An answer with the places of the columns that were asked for, so that cells are never shown under another name. */
type Page = { readonly from: unknown; readonly places: unknown; readonly rows: readonly GridRow[] };
type Shown = { key: string; total: number | undefined; pages: Map<number, Page>; before: Map<number, Page> };

/** The filtered rows around what is on the screen. While another filter is on its way the rows of the one before stay. */
export function useDiffRows({ project, id, filter, columns, all, ...seen }: Asked) {
  const { first, last } = useSettled(seen.first, seen.last);
  const pages = useMemo(() => pagesFor(first, last), [first, last]);
  const results = useQueries({
    queries: pages.map((page) => ({
      ...api.diffs.rows.queryOptions({
        input: { project, id, filter, columns, offset: page * PAGE_ROWS, limit: PAGE_ROWS },
      }),
      gcTime: GONE_MS,
    })),
  });
  const places = useMemo(() => new Map((columns ?? all).map((name, at) => [name, at])), [columns, all]);

  const key = JSON.stringify([id, filter]);
  const shown = useRef<Shown>({ key, total: undefined, pages: new Map(), before: new Map() });
  if (shown.current.key !== key) {
    const { pages: old, before, total } = shown.current;
    shown.current = { key, total, pages: new Map(), before: old.size > 0 ? old : before };
  }
  const now = shown.current;
  results.forEach(({ data }, at) => {
    if (!data) return;
    now.total = data.total;
    const page = pages[at]!;
    const known = now.pages.get(page);
    now.pages.delete(page);
    now.pages.set(
      page,
      known?.from === data && known.places === places
        ? known
        : { from: data, places, rows: data.rows.map((row) => gridRow(row, places)) },
    );
  });
  for (const page of [...now.pages.keys()].slice(0, -KEPT)) now.pages.delete(page);

  const stale = now.pages.size === 0 && now.before.size > 0;
  const rowAt = (index: number): GridRow | undefined => {
    const pages = stale ? now.before : now.pages;
    return pages.get(Math.floor(index / PAGE_ROWS))?.rows[index % PAGE_ROWS];
  };
  return {
    /** undefined until the first page has come */
    total: now.total,
    rowAt,
    error: results.find((result) => result.error)?.error ?? null,
    stale,
    retry: () => {
      for (const result of results) if (result.isError) void result.refetch();
    },
  };
}

function gridRow(row: DiffRow, places: ReadonlyMap<string, number>): GridRow {
  return {
    ...row,
    cell: (column) => {
      const at = places.get(column);
      return at === undefined ? undefined : row.cells[at];
    },
  };
}

/** The rows to ask for: at once what is near, and what is far when the scroll bar has rested, so that pages passed by are never asked for. */
function useSettled(first: number, last: number): { first: number; last: number } {
  const [settled, setSettled] = useState({ first, last });
  const near = Math.abs(first - settled.first) <= FAR_ROWS;
  useEffect(() => {
    if (near) {
      setSettled((old) => (old.first === first && old.last === last ? old : { first, last }));
      return;
    }
    const timer = setTimeout(() => setSettled({ first, last }), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [first, last, near]);
  return near ? { first, last } : settled;
}
