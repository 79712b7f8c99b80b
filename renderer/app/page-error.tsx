import { Button } from '@mantine/core';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';

/** What stands in a page's place when it broke; the frame around it goes on working. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = (): void => {
    reset();
    void router.invalidate();
  };
  return (
    <ErrorState
      error={error}
      title="This page broke"
      onRetry={again}
      action={
        <Button variant="subtle" onClick={() => window.location.reload()}>
          Reload everything
        </Button>
      }
    />
  );
}

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <EmptyState
      title="There is nothing at this address"
      action={
        <Button component={Link} to="/">
          Go to your projects
        </Button>
      }
    >
      The link may be old or cut short.
    </EmptyState>
  );
}
