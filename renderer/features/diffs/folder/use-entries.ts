import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { FolderEntry } from '../../../../shared/contract/diffs.ts';
import { api } from '../../../lib/client.ts';
import { type FileStatus, USUAL_STATUSES } from '../diff-search.ts';
import type { DiffPlace } from '../use-diff-place.ts';

const PAGE = 200;

type Asked = {
  place: DiffPlace;
  id: string;
  only: 'images' | 'all';
  sort: 'path' | 'bytes';
  first: number;
  last: number;
};

/** The entries of a folder's comparison that the address lets through, around what is on the screen. */
export function useEntries({ place, id, only, sort, first, last }: Asked) {
  const from = Math.floor(Math.max(0, first) / PAGE);
  const to = Math.floor(Math.max(0, first, last) / PAGE);
  const pages = useMemo(() => Array.from({ length: to - from + 1 }, (_, i) => from + i), [from, to]);
  const { search } = place;
  const statuses: FileStatus[] = [...(search.status ?? USUAL_STATUSES)];
  const results = useQueries({
    queries: pages.map((page) =>
      api.diffs.entries.queryOptions({
        input: {
          project: place.project,
          id,
          statuses,
          prefix: search.at ?? '',
          search: search.q ?? '',
          only,
          sort,
          offset: page * PAGE,
          limit: PAGE,
        },
        placeholderData: pages.length === 1 && page === 0 ? keepPreviousData : undefined,
      }),
    ),
  });
  return {
    /** undefined until the first page has come */
    total: results.find((result) => result.data)?.data?.total,
    at: (index: number): FolderEntry | undefined =>
      results[pages.indexOf(Math.floor(index / PAGE))]?.data?.entries[index % PAGE],
    error: results.find((result) => result.error)?.error ?? null,
    retry: () => {
      for (const result of results) if (result.isError) void result.refetch();
    },
  };
}
