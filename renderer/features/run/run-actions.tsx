import { ActionIcon, Button, Group, Menu, Popover } from '@mantine/core';
import { IconArrowsDiff, IconCopy, IconDots, IconPlayerStop, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { RunDetail } from '../../../shared/contract/runs.ts';
import { formatCommand } from '../../lib/format.ts';
import { looksLikeModel } from '../../lib/model-words.ts';
import { notifyDone, notifyError } from '../../ui/notify.ts';
import { RunPicker } from '../../ui/run-picker.tsx';
import { RegisterRun } from './register-run.tsx';
import type { useRunCommands } from './use-run.ts';

type Props = { project: string; run: RunDetail; commands: ReturnType<typeof useRunCommands> };

async function copy(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notifyDone(done);
  } catch (error) {
    notifyError('Nothing was copied', error);
  }
}

/** What can be done with the run, the nearest thing first. */
export function RunActions({ project, run, commands }: Props) {
  const navigate = useNavigate();
  const { stop, leaveQueue, remove, restore } = commands;
  const stopping = stop.isPending || stop.isSuccess;
  return (
    <Group gap="xs" wrap="nowrap">
      {run.status === 'running' ? (
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={14} />}
          disabled={stopping}
          onClick={() => stop.mutate()}
        >
          {stopping ? 'Stopping…' : 'Stop'}
        </Button>
      ) : null}
      {run.status === 'queued' ? (
        <Button variant="default" loading={leaveQueue.isPending} onClick={() => leaveQueue.mutate()}>
          Take off the queue
        </Button>
      ) : null}
      <CompareWith project={project} run={run.id} />
      {run.artifacts.some((one) => looksLikeModel(one.path)) ? (
        <RegisterRun project={project} run={run.id} artifact={null} />
      ) : null}
      {run.command.length > 0 ? (
        <Button
          variant="default"
          leftSection={<IconRefresh size={14} />}
          onClick={() => void navigate({ to: '/p/$project/start', params: { project }, search: { from: run.id } })}
        >
          Restart…
        </Button>
      ) : null}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label="More actions">
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCopy size={14} />} onClick={() => void copy(run.id, 'The id was copied.')}>
            Copy id
          </Menu.Item>
          <Menu.Item
            leftSection={<IconCopy size={14} />}
            onClick={() => void copy(formatCommand(run.command), 'The command was copied.')}
          >
            Copy command
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={14} />} onClick={() => void copy(run.folder, 'The path was copied.')}>
            Copy path of its folder
          </Menu.Item>
          <Menu.Divider />
          {run.deletedAt === null ? (
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={14} />}
              disabled={run.status === 'running'}
              onClick={() => remove.mutate()}
            >
              {run.status === 'running' ? 'Delete (stop it first)' : 'Delete to trash'}
            </Menu.Item>
          ) : (
            <Menu.Item onClick={() => restore.mutate()}>Restore from the trash</Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

function CompareWith({ project, run }: { project: string; run: string }) {
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const go = (other: string): void => {
    void navigate({ to: '/p/$project/compare', params: { project }, search: { runs: `${other},${run}` } });
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconArrowsDiff size={14} />} onClick={() => setOpen(!open)}>
          Compare with…
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        <RunPicker project={project} exclude={[run]} onPick={go} />
      </Popover.Dropdown>
    </Popover>
  );
}
