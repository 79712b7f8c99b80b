import { useNavigate, useSearch } from '@tanstack/react-router';
import { useProjectId } from '../../lib/use-project.ts';
import { MAX_RUNS, parseRunIds } from './comparison.ts';

export type Tab = 'values' | 'data' | 'code';

/** What is compared, as the address says it, and the ways to change the address. */
export function useComparisonPlace() {
  const project = useProjectId();
  const search: { runs?: unknown; base?: unknown; tab?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const ids = parseRunIds(search.runs);
  const base = ids.find((id) => id === search.base) ?? ids[0] ?? null;
  const tab: Tab = search.tab === 'code' || search.tab === 'data' ? search.tab : 'values';

  const go = (change: { ids?: string[]; base?: string | null; tab?: Tab }): void => {
    const next = { ids, base, tab, ...change };
    void navigate({
      to: '/p/$project/compare',
      params: { project },
      search: {
        runs: next.ids.join(','),
        ...(next.base && next.base !== next.ids[0] ? { base: next.base } : {}),
        ...(next.tab === 'values' ? {} : { tab: next.tab }),
      },
      replace: true,
    });
  };
  return {
    project,
    ids,
    base,
    tab,
    full: ids.length >= MAX_RUNS,
    add: (id: string) => go({ ids: [...ids, id] }),
    remove: (id: string) => go({ ids: ids.filter((one) => one !== id) }),
    setBase: (id: string) => go({ base: id }),
    setTab: (next: Tab) => go({ tab: next }),
  };
}
