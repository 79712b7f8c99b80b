import { ActionIcon, Menu } from '@mantine/core';
import {
  IconCloudDownload,
  IconCloudUpload,
  IconDots,
  IconGitCommit,
  IconPencil,
  IconPlayerEject,
  IconRestore,
  IconShieldCheck,
  IconVersions,
} from '@tabler/icons-react';
import type { Dataset } from '../../../shared/contract/datasets.ts';
import { useDatasetsStore } from './datasets-store.ts';
import type { DatasetCommands } from './use-dataset-commands.ts';

const ICON = { size: 14, stroke: 1.6 };

/** Everything that can be done with one dataset. */
export function DatasetMenu({ dataset, commands }: { dataset: Dataset; commands: DatasetCommands }) {
  const { path, state, uncommitted, recordedIn } = dataset;
  const open = useDatasetsStore((store) => store.open);
  const own = !recordedIn.endsWith('dvc.lock');
  return (
    <Menu position="bottom-end" width={250}>
      <Menu.Target>
        <ActionIcon size="sm" aria-label={`What to do with ${path}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconVersions {...ICON} />}
          disabled={!own || (state !== 'modified' && state !== 'new')}
          onClick={() => void commands.add([path], dataset.kind)}
        >
          Record as a new version
        </Menu.Item>
        <Menu.Item
          leftSection={<IconGitCommit {...ICON} />}
          disabled={!uncommitted}
          onClick={() => open({ kind: 'commit', paths: [path] })}
        >
          Commit …
        </Menu.Item>
        <Menu.Item
          leftSection={<IconRestore {...ICON} />}
          disabled={state === 'unchanged'}
          onClick={() => void commands.restore([dataset])}
        >
          Put the recorded version back
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconCloudUpload {...ICON} />} onClick={() => void commands.push([path])}>
          Push
        </Menu.Item>
        <Menu.Item leftSection={<IconCloudDownload {...ICON} />} onClick={() => void commands.pull([path])}>
          Pull
        </Menu.Item>
        <Menu.Item leftSection={<IconShieldCheck {...ICON} />} onClick={() => void commands.verify([path])}>
          Verify
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconPencil {...ICON} />}
          disabled={!own}
          onClick={() => open({ kind: 'rename', path })}
        >
          Rename …
        </Menu.Item>
        <Menu.Item
          leftSection={<IconPlayerEject {...ICON} />}
          disabled={!own}
          onClick={() => void commands.untrack(path)}
        >
          Stop tracking …
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
