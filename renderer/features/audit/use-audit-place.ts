import { useNavigate, useSearch } from '@tanstack/react-router';
import { AuditAction } from '../../../shared/contract/audit.ts';
import { useProjectId } from '../../lib/use-project.ts';

const PAGE = 100;

/** Which part of the log is looked at, as the address says it. */
export function useAuditPlace() {
  const project = useProjectId();
  const search: { model?: unknown; action?: unknown; page?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const model = typeof search.model === 'string' && search.model !== '' ? search.model : null;
  const action = AuditAction.options.find((one) => one === search.action) ?? null;
  const page = Number.isInteger(search.page) && (search.page as number) > 0 ? (search.page as number) : 0;
  return {
    project,
    model,
    action,
    page,
    input: {
      project,
      ...(model ? { model } : {}),
      ...(action ? { action } : {}),
      offset: page * PAGE,
      limit: PAGE,
    },
    pages: (total: number): number => Math.max(1, Math.ceil(total / PAGE)),
    go: (change: { model?: string | null; action?: AuditAction | null; page?: number }): void => {
      const next = { model, action, page: 0, ...change };
      void navigate({
        to: '/p/$project/audit',
        params: { project },
        search: {
          ...(next.model ? { model: next.model } : {}),
          ...(next.action ? { action: next.action } : {}),
          ...(next.page > 0 ? { page: next.page } : {}),
        },
        replace: true,
      });
    },
  };
}
