import { Button, Checkbox, Group, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { confirm } from '../../../ui/confirm.tsx';
import type { DataList } from '../types.ts';
import type { DatasetCommands } from '../use-dataset-commands.ts';
import classes from './dialogs.module.css';

type Props = { remotes: DataList['remotes']; commands: DatasetCommands };

const KINDS: Readonly<Record<string, string>> = {
  folder: 'folder',
  s3: 'S3',
  ssh: 'SSH',
  http: 'HTTP',
  lfs: 'Git LFS',
  unknown: 'not supported',
};

/** Where data is pushed to and pulled from, as `.dvc/config` has it. */
export function RemotesForm({ remotes, commands }: Props) {
  const remove = async (name: string): Promise<void> => {
    const sure = await confirm({
      title: `Forget the remote ${name}?`,
      body: 'What was pushed there stays there; only its entry in .dvc/config goes.',
      confirm: 'Forget it',
    });
    if (sure) await commands.removeRemote(name);
  };
  return (
    <>
      {remotes.length === 0 ? (
        <Text c="dimmed">No remote yet. A folder on another disk, an S3 bucket or an SSH server will do.</Text>
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th>Name</th>
              <th>Address</th>
              <th>Kind</th>
              <th aria-label="What to do" />
            </tr>
          </thead>
          <tbody>
            {remotes.map(({ name, url, kind, isDefault }) => (
              <tr key={`${kind} ${name}`}>
                <td>
                  {name}
                  {isDefault ? (
                    <Text span size="xs" c="dimmed">
                      {' (default)'}
                    </Text>
                  ) : null}
                </td>
                <td>{url}</td>
                <td>{KINDS[kind] ?? kind}</td>
                <td className={classes.number}>
                  {kind === 'lfs' ? null : (
                    <Button size="compact-xs" variant="subtle" color="gray" onClick={() => void remove(name)}>
                      Forget
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <NewRemote first={remotes.length === 0} commands={commands} />
    </>
  );
}

function NewRemote({ first, commands }: { first: boolean; commands: DatasetCommands }) {
  const [name, setName] = useState(first ? 'storage' : '');
  const [url, setUrl] = useState('');
  const [isDefault, setDefault] = useState(first);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    if (await commands.setRemote(name.trim(), url.trim(), isDefault)) {
      setName('');
      setUrl('');
    }
    setBusy(false);
  };
  return (
    <form onSubmit={(event) => void submit(event)} style={{ marginTop: 20 }}>
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <TextInput label="Name" w={140} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <TextInput
          label="Address"
          style={{ flex: 1 }}
          placeholder="/mnt/storage, s3://bucket/prefix, ssh://host/path, https://…"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          data-autofocus
        />
        <Button type="submit" loading={busy} disabled={name.trim() === '' || url.trim() === ''}>
          Add remote
        </Button>
      </Group>
      <Checkbox
        mt="xs"
        label="Push to it unless another one is named"
        checked={isDefault}
        onChange={(event) => setDefault(event.currentTarget.checked)}
      />
    </form>
  );
}
