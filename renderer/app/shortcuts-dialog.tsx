import { Modal, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Kbd } from '../ui/kbd.tsx';
import { useHelp } from './actions.ts';
import { SHORTCUTS } from './shortcuts.ts';
import classes from './shortcuts-dialog.module.css';

const GROUPS = ['Do', 'Go to'] as const;
/** The keys of the table of runs, which listens for them itself. */
const TABLE = [
  { keys: '/', label: 'Filter' },
  { keys: '↑ ↓', label: 'Move, also j and k' },
  { keys: 'Space', label: 'Draw the run, or not' },
  { keys: 'Enter', label: 'Open the run' },
  { keys: 'x', label: 'Select' },
  { keys: 's', label: 'Star' },
  { keys: 'e', label: 'Rename' },
  { keys: 'Delete', label: 'Move to the trash' },
];

/** The keys of the rows of a data diff, which listen for them themselves. */
const DIFF = [
  { keys: 'j', label: 'Next change' },
  { keys: 'k', label: 'Previous change' },
  { keys: 'J K', label: 'The same in this column' },
  { keys: '/', label: 'Search cells' },
  { keys: 'Enter', label: 'Open the cell' },
  { keys: 'Escape', label: 'Close the cell' },
  { keys: 'mod C', label: 'Copy the cell' },
];

/** The list that `?` opens. */
export function ShortcutsDialog() {
  const { opened, set } = useHelp();
  return (
    <Modal opened={opened} onClose={() => set(false)} title="Keyboard" size={980} centered>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="xl" tabIndex={-1} data-autofocus className={classes.list}>
        {GROUPS.map((group) => (
          <Group
            key={group}
            name={group}
            lines={Object.values(SHORTCUTS).filter((shortcut) => shortcut.group === group)}
          />
        ))}
        <Group name="In the table of runs" lines={TABLE} />
        <Group name="In the rows of a diff" lines={DIFF} />
      </SimpleGrid>
      <Text c="dimmed" mt="md">
        Handles between two sides move with the arrow keys, with Shift in bigger steps. In the queue, Alt with ↑ or ↓
        moves a waiting run.
      </Text>
    </Modal>
  );
}

function Group({ name, lines }: { name: string; lines: readonly { keys: string; label: string }[] }) {
  return (
    <Stack gap={4}>
      <Title order={4}>{name}</Title>
      {lines.map(({ keys, label }) => (
        <div key={keys} className={classes.line}>
          <span>{label}</span>
          <Kbd keys={keys} />
        </div>
      ))}
    </Stack>
  );
}
