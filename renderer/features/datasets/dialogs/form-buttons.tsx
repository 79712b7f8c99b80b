import { Button, Group } from '@mantine/core';

type Props = { action: string; busy?: boolean; disabled?: boolean; danger?: boolean; onClose: () => void };

/** Cancel, and the verb that the form is about. */
export function FormButtons({ action, busy = false, disabled = false, danger = false, onClose }: Props) {
  return (
    <Group justify="flex-end" gap="xs" mt="lg">
      <Button variant="default" onClick={onClose}>
        Cancel
      </Button>
      <Button type="submit" loading={busy} disabled={disabled} color={danger ? 'red' : undefined}>
        {action}
      </Button>
    </Group>
  );
}
