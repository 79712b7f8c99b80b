import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = {
  /** An icon of 32 px, in the muted colour. */
  icon?: ReactNode;
  title: string;
  /** One or two sentences: what would be here, and what to do for it. */
  children?: ReactNode;
  /** Buttons; the first one is the obvious next step. */
  action?: ReactNode;
};

/** What a page shows when it has nothing to show yet: never a blank, always the next step. */
export function EmptyState({ icon, title, children, action }: Props) {
  return (
    <Stack align="center" justify="center" gap="xs" p="xl" mih={240} h="100%" ta="center">
      {icon ? <div style={{ color: 'var(--assay-muted)', lineHeight: 0 }}>{icon}</div> : null}
      <Title order={3}>{title}</Title>
      {children ? (
        <Text c="dimmed" maw={460} component="div">
          {children}
        </Text>
      ) : null}
      {action ? <div style={{ marginTop: 8 }}>{action}</div> : null}
    </Stack>
  );
}
