import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { errorText } from '../lib/errors.ts';

type Props = {
  error: unknown;
  /** What was being done: "The runs could not be loaded". */
  title?: string;
  /** Tries again. */
  onRetry?: () => void;
  /** Other ways out, such as a link to another page. */
  action?: ReactNode;
};

/** The sentence of an error and a way out of it. */
export function ErrorState({ error, title = 'This did not work', onRetry, action }: Props) {
  return (
    <Stack align="center" justify="center" gap="xs" p="xl" mih={200} h="100%" ta="center" role="alert">
      <IconAlertTriangle size={28} stroke={1.5} color="var(--assay-bad)" aria-hidden />
      <Title order={3}>{title}</Title>
      <Text c="dimmed" maw={560} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {errorText(error)}
      </Text>
      {onRetry || action ? (
        <Group gap="xs" mt="xs" justify="center">
          {onRetry ? (
            <Button variant="default" onClick={onRetry}>
              Try again
            </Button>
          ) : null}
          {action}
        </Group>
      ) : null}
    </Stack>
  );
}
