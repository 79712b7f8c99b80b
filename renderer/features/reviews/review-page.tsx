import { EmptyState } from '../../ui/empty-state.tsx';

export function ReviewPage() {
  return <EmptyState title="Review">This page is being built.</EmptyState>;
}
