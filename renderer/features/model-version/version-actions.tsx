import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import {
  IconArchive,
  IconBinaryTree2,
  IconBookmark,
  IconCloudDownload,
  IconDots,
  IconFolderDown,
  IconGavel,
  IconListCheck,
  IconShieldCheck,
  IconUpload,
} from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { VersionDetail } from '../../../shared/contract/models.ts';
import { type VersionDialog, VersionDialogs } from './dialogs/version-dialogs.tsx';
import type { VersionCommands } from './use-version-commands.ts';
import type { VersionPlace } from './use-version-place.ts';
import { CompareWith } from './version-picker.tsx';

type Props = { place: VersionPlace; detail: VersionDetail; commands: VersionCommands };

/** What can be done with the version; the next step of its life is the filled button. */
export function VersionActions({ place, detail, commands }: Props) {
  const { row } = detail;
  const { on, go } = place;
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<VersionDialog | null>(null);
  const next =
    row.approval === 'requested' ? 'review' : row.approval === 'approved' ? 'push' : row.gates ? 'request' : 'check';
  const look = (step: string) => ({ variant: next === step ? 'filled' : 'default' });
  const verify = async (): Promise<void> => {
    const found = await commands.verify();
    if (found && found.findings.length > 0) setDialog({ kind: 'findings', found });
  };
  return (
    <Group gap="xs" wrap="nowrap">
      <CompareWith project={on.project} name={on.name} version={on.version} />
      <Button
        {...look('check')}
        leftSection={<IconListCheck size={14} />}
        loading={commands.busy === 'check'}
        onClick={() => {
          go({ tab: 'gates', evaluation: undefined });
          void commands.check();
        }}
      >
        Check gates
      </Button>
      {row.approval === 'none' || row.approval === 'rejected' ? (
        <Button
          {...look('request')}
          leftSection={<IconGavel size={14} />}
          onClick={() => setDialog({ kind: 'request' })}
        >
          Request review…
        </Button>
      ) : (
        <Link to="/p/$project/models/$name/$version/review" params={on}>
          <Button component="span" {...look('review')} leftSection={<IconGavel size={14} />}>
            Review
          </Button>
        </Link>
      )}
      <Button {...look('push')} leftSection={<IconUpload size={14} />} onClick={() => go({ push: '1' })}>
        Push…
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            aria-label="More actions"
            loading={['verify', 'export', 'pull', 'deprecate'].includes(commands.busy ?? '')}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconBookmark size={14} />} onClick={() => setDialog({ kind: 'pointers' })}>
            Aliases and stage…
          </Menu.Item>
          <Menu.Item leftSection={<IconShieldCheck size={14} />} onClick={() => void verify()}>
            Verify
          </Menu.Item>
          <Menu.Item
            leftSection={<IconBinaryTree2 size={14} />}
            onClick={() =>
              void navigate({
                to: '/p/$project/lineage',
                params: { project: on.project },
                search: { name: on.name, version: on.version },
              })
            }
          >
            Lineage
          </Menu.Item>
          <Menu.Item leftSection={<IconFolderDown size={14} />} onClick={() => setDialog({ kind: 'export' })}>
            Export the files…
          </Menu.Item>
          {row.present ? null : (
            <Menu.Item leftSection={<IconCloudDownload size={14} />} onClick={() => void commands.pullBytes()}>
              Fetch the files from the remote
            </Menu.Item>
          )}
          <Menu.Divider />
          {row.deprecated ? (
            <Menu.Item onClick={() => void commands.deprecate('', true)}>No longer deprecated</Menu.Item>
          ) : (
            <Menu.Item
              color="red"
              leftSection={<IconArchive size={14} />}
              onClick={() => setDialog({ kind: 'deprecate' })}
            >
              Deprecate…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <VersionDialogs dialog={dialog} on={on} row={row} commands={commands} onClose={() => setDialog(null)} />
    </Group>
  );
}
