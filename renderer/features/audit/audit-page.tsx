import { EmptyState } from '../../ui/empty-state.tsx';

export function AuditPage() {
  return <EmptyState title="Audit">This page is being built.</EmptyState>;
}
