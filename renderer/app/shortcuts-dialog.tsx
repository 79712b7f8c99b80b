import { Modal, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Kbd } from '../ui/kbd.tsx';
import { useHelp } from './actions.ts';
import { SHORTCUTS } from './shortcuts.ts';
import classes from './shortcuts-dialog.module.css';

const GROUPS = ['Do', 'Go to'] as const;

/** The list that `?` opens. */
export function ShortcutsDialog() {
  const { opened, set } = useHelp();
  return (
    <Modal opened={opened} onClose={() => set(false)} title="Keyboard" size="lg" centered>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xl" tabIndex={-1} data-autofocus className={classes.list}>
        {GROUPS.map((group) => (
          <Stack key={group} gap={4}>
            <Title order={4}>{group}</Title>
            {Object.values(SHORTCUTS)
              .filter((shortcut) => shortcut.group === group)
              .map(({ keys, label }) => (
                <div key={keys} className={classes.line}>
                  <span>{label}</span>
                  <Kbd keys={keys} />
                </div>
              ))}
          </Stack>
        ))}
      </SimpleGrid>
      <Text c="dimmed" mt="md">
        Handles between two sides move with the arrow keys, with Shift in bigger steps. In the queue, Alt with ↑ or ↓
        moves a waiting run.
      </Text>
    </Modal>
  );
}
