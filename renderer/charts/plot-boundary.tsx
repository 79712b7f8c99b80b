import { Button, Stack, Text } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { errorText } from '../lib/errors.ts';

type State = { error: unknown };

/** Keeps a chart that cannot be drawn from taking the page with it. */
export class PlotBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <Stack align="center" justify="center" h="100%" gap="xs" role="alert" p="xs">
        <Text c="dimmed" size="sm" ta="center">
          This chart could not be drawn. {errorText(this.state.error)}
        </Text>
        <Button variant="default" onClick={() => this.setState({ error: null })}>
          Try again
        </Button>
      </Stack>
    );
  }
}
