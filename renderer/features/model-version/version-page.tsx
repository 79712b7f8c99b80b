import { EmptyState } from '../../ui/empty-state.tsx';

export function VersionPage() {
  return <EmptyState title="Model version">This page is being built.</EmptyState>;
}
