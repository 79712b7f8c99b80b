import { EmptyState } from '../../ui/empty-state.tsx';

export function TargetsPage() {
  return <EmptyState title="Targets">This page is being built.</EmptyState>;
}
