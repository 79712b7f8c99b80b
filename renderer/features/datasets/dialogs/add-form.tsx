import { Checkbox, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { formatBytes, plural } from '../../../lib/format.ts';
import type { DataList } from '../types.ts';
import type { DatasetCommands } from '../use-dataset-commands.ts';
import { FormButtons } from './form-buttons.tsx';

type Props = { candidates: DataList['candidates']; commands: DatasetCommands; onClose: () => void };

/** Chooses files and folders of the project to version from now on. */
export function AddForm({ candidates, commands, onClose }: Props) {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [typed, setTyped] = useState('');
  const [kind, setKind] = useState<'dvc' | 'lfs'>('dvc');
  const other = typed.trim();
  const paths = [...new Set([...chosen, ...(other === '' ? [] : [other])])];
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void commands.add(paths, kind);
    onClose();
  };
  return (
    <form onSubmit={submit}>
      {candidates.length > 0 ? (
        <>
          <Text size="xs" c="dimmed" mb={4}>
            These look like data:
          </Text>
          <Checkbox.Group value={[...chosen]} onChange={setChosen}>
            <Stack gap={6} mah={260} style={{ overflow: 'auto' }}>
              {candidates.map(({ path, size, folder }) => (
                <Checkbox key={path} value={path} label={`${path}${folder ? '/' : ''}  (${formatBytes(size)})`} />
              ))}
            </Stack>
          </Checkbox.Group>
        </>
      ) : null}
      <TextInput
        mt={candidates.length > 0 ? 'md' : 0}
        label={candidates.length > 0 ? 'Or another file or folder' : 'File or folder, relative to the project'}
        placeholder="data/train.csv"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        data-autofocus
      />
      <SegmentedControl
        mt="md"
        value={kind}
        onChange={(value) => setKind(value as 'dvc' | 'lfs')}
        data={[
          { value: 'dvc', label: 'DVC' },
          { value: 'lfs', label: 'Git LFS' },
        ]}
        aria-label="Kept by"
      />
      <Text size="xs" c="dimmed" mt={4}>
        {kind === 'dvc'
          ? 'A .dvc file beside the data goes into git, the data into the cache. For files and folders of any size.'
          : 'Git keeps a pointer in place of the file, the data goes to .git/lfs. For single files on hosts that speak LFS.'}
      </Text>
      <FormButtons
        action={paths.length > 1 ? `Version ${plural(paths.length, 'path')}` : 'Version'}
        disabled={paths.length === 0}
        onClose={onClose}
      />
    </form>
  );
}
