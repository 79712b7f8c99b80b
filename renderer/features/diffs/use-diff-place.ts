import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { DataSide } from '../../../shared/contract/tables.ts';
import { writeSide } from '../../../shared/data-side.ts';
import { useProjectId } from '../../lib/use-project.ts';
import { type DiffSearch, onlyQuestion, validateDiffSearch } from './diff-search.ts';

/** Where the page is, as the address says it, and the ways to change the address. */
export function useDiffPlace() {
  const project = useProjectId();
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => validateDiffSearch(raw), [raw]);
  const navigate = useNavigate();

  const go = (next: DiffSearch, replace: boolean): void =>
    void navigate({ to: '/p/$project/diff', params: { project }, search: validateDiffSearch(next), replace });
  return {
    project,
    search,
    /** Changes what is shown of this comparison; undefined takes a part away. */
    show: (change: { [K in keyof DiffSearch]?: DiffSearch[K] | undefined }) =>
      go({ ...search, ...change } as DiffSearch, true),
    /** Compares the same sides in another way (key, tolerance, text), or other sides; filters are dropped. */
    compare: (change: { [K in keyof DiffSearch]?: DiffSearch[K] | undefined }) =>
      go(onlyQuestion({ ...search, ...change } as DiffSearch), false),
    /** Opens another comparison, to which "back" and `up` lead the way back. */
    open: (before: DataSide, after: DataSide, up?: [string, string]) =>
      go({ before: writeSide(before), after: writeSide(after), ...(up ? { up } : {}) }, false),
    close: () => go({}, false),
  };
}

export type DiffPlace = ReturnType<typeof useDiffPlace>;
