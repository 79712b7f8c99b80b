import { ActionIcon, Button, Menu, Text } from '@mantine/core';
import { IconArrowsDiff, IconDots, IconX } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { formatCount } from '../../lib/format.ts';
import { notifyError } from '../../ui/notify.ts';
import { idsOfRows } from './ids-of-rows.ts';
import { useRunsStore } from './runs-store.ts';
import classes from './runs-toolbar.module.css';
import type { RunCommands } from './use-run-commands.tsx';
import type { RunList } from './use-run-pages.ts';

type Props = {
  project: string;
  list: RunList;
  total: number;
  commands: RunCommands;
  onDraw: (runs: readonly string[]) => void;
};

/** What can be done with the checked runs, in the place of the filter. */
export function BulkBar({ project, list, total, commands, onDraw }: Props) {
  const { checked, check, clearChecked, open } = useRunsStore();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const runs = [...checked];
  const after = (done: boolean): void => {
    if (done) clearChecked();
  };
  const checkAll = async (): Promise<void> => {
    setBusy(true);
    try {
      check(await idsOfRows(list), true);
    } catch (error) {
      notifyError('The runs could not be selected', error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={classes.bulk} role="toolbar" aria-label="Selected runs">
      <ActionIcon aria-label="Select nothing" onClick={clearChecked}>
        <IconX size={15} />
      </ActionIcon>
      <Text size="sm" fw={600} style={{ whiteSpace: 'nowrap' }} mr={4}>
        {formatCount(checked.size)} selected
      </Text>
      {checked.size < total ? (
        <Button variant="subtle" loading={busy} onClick={() => void checkAll()}>
          Select all {formatCount(total)}
        </Button>
      ) : null}
      <span style={{ flex: 1 }} />
      {list.deleted ? (
        <>
          <Button variant="default" onClick={() => void commands.restore(runs).then(after)}>
            Restore
          </Button>
          <Button color="red" variant="light" onClick={() => void commands.purge(runs).then(after)}>
            Remove for good…
          </Button>
        </>
      ) : (
        <>
          <Button
            variant="default"
            leftSection={<IconArrowsDiff size={14} />}
            disabled={runs.length < 2}
            title={runs.length < 2 ? 'Select two or more runs to compare them' : undefined}
            onClick={() =>
              void navigate({
                to: '/p/$project/compare',
                params: { project },
                search: { runs: runs.slice(0, 100).join(',') },
              })
            }
          >
            Compare
          </Button>
          <Button variant="default" onClick={() => onDraw(runs)}>
            Draw
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon aria-label="More for the selected runs">
                <IconDots size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => void commands.update(runs, { starred: true })}>Star</Menu.Item>
              <Menu.Item onClick={() => void commands.update(runs, { starred: false })}>Take the star off</Menu.Item>
              <Menu.Item onClick={() => open({ kind: 'tag', runs })}>Tag…</Menu.Item>
              <Menu.Item onClick={() => open({ kind: 'experiment', runs })}>Move to experiment…</Menu.Item>
              <Menu.Divider />
              <Menu.Item onClick={() => void commands.stop(runs)}>Stop</Menu.Item>
              <Menu.Item color="red" onClick={() => void commands.remove(runs).then(after)}>
                Delete to trash
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      )}
    </div>
  );
}
