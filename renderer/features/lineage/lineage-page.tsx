import { EmptyState } from '../../ui/empty-state.tsx';

export function LineagePage() {
  return <EmptyState title="Lineage">This page is being built.</EmptyState>;
}
