import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';

/** Says what was done and offers the way back for eight seconds. `id` keeps one thing from being offered twice. */
export function offerUndo(id: string, title: string, undo: () => void): void {
  const onClick = (): void => {
    notifications.hide(id);
    undo();
  };
  notifications.show({
    id,
    title,
    autoClose: 8000,
    message: (
      <Button size="compact-xs" variant="default" mt={4} onClick={onClick}>
        Undo
      </Button>
    ),
  });
}
