import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { api } from '../../../lib/client.ts';

export const PAGE_FILES = 500;
const KEPT_MS = 60_000;

export type FileEntry = { path: string; size: number | null };

/** The files `first` to `last` of a folder's version below a prefix, in pages that are asked for as they come into sight. */
export function useFiles(
  input: { project: string; path: string; rev: string | null; prefix: string },
  first: number,
  last: number,
) {
  const from = Math.floor(Math.max(0, first) / PAGE_FILES);
  const to = Math.max(from, Math.floor(Math.max(0, last) / PAGE_FILES));
  const places = Array.from({ length: to - from + 1 }, (_, i) => (from + i) * PAGE_FILES);
  const pages = useQueries({
    queries: places.map((offset) => ({
      ...api.datasets.files.queryOptions({ input: { ...input, offset, limit: PAGE_FILES } }),
      gcTime: KEPT_MS,
      placeholderData: keepPreviousData,
    })),
  });
  const failed = pages.find((page) => page.error);
  return {
    total: pages[0]?.data?.total,
    fileAt: (index: number): FileEntry | undefined => {
      const page = pages[Math.floor(index / PAGE_FILES) - from];
      return page?.isPlaceholderData ? undefined : page?.data?.files[index % PAGE_FILES];
    },
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
  };
}
