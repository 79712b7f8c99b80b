import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useProjectId } from '../../lib/use-project.ts';

export const TABS = ['metrics', 'params', 'data', 'code', 'files', 'card'] as const;
export type Tab = (typeof TABS)[number];

/** Which two versions are compared, as the address says it. */
export function useModelDiffPlace() {
  const project = useProjectId();
  const { name = '' } = useParams({ strict: false }) as { name?: string };
  const search: { from?: unknown; to?: unknown; tab?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  const [from, to] = [text(search.from), text(search.to)];
  const tab: Tab = TABS.find((one) => one === search.tab) ?? 'metrics';
  return {
    project,
    name,
    from,
    to,
    tab,
    go: (change: { from?: string; to?: string; tab?: Tab }): void => {
      const next = { from, to, tab, ...change };
      void navigate({
        to: '/p/$project/models/$name/compare',
        params: { project, name },
        search: {
          ...(next.from ? { from: next.from } : {}),
          ...(next.to ? { to: next.to } : {}),
          ...(next.tab === 'metrics' ? {} : { tab: next.tab }),
        },
        replace: true,
      });
    },
  };
}
