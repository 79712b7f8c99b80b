import { EmptyState } from '../../ui/empty-state.tsx';

export function ModelDiffPage() {
  return <EmptyState title="Compare versions">This page is being built.</EmptyState>;
}
