import { Autocomplete, Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { RunPatch } from '../../../shared/contract/runs.ts';
import { api } from '../../lib/client.ts';
import { plural } from '../../lib/format.ts';
import { type RunsDialog, useRunsStore } from './runs-store.ts';
import type { RunCommands } from './use-run-commands.tsx';

const TITLES = { tag: 'Tag', experiment: 'Move', note: 'Note for' } as const;

/** The small windows in which runs are tagged, moved or given a note. */
export function RunDialogs({ project, commands }: { project: string; commands: RunCommands }) {
  const dialog = useRunsStore((state) => state.dialog);
  const open = useRunsStore((state) => state.open);
  const close = (): void => open(null);
  const save = (patch: RunPatch): void => {
    close();
    if (dialog) void commands.update(dialog.runs, patch);
  };
  const title = dialog ? `${TITLES[dialog.kind]} ${plural(dialog.runs.length, 'run')}` : '';
  return (
    <Modal opened={dialog !== null} onClose={close} title={title} centered>
      {dialog ? <Form key={dialog.kind} dialog={dialog} project={project} onSave={save} onCancel={close} /> : null}
    </Modal>
  );
}

type FormProps = { dialog: RunsDialog; project: string; onSave: (patch: RunPatch) => void; onCancel: () => void };

function Form({ dialog, project, onSave, onCancel }: FormProps) {
  const [text, setText] = useState(dialog.kind === 'note' ? dialog.note : '');
  const [value, setValue] = useState('');
  const known = useQuery(api.runs.columns.queryOptions({ input: { project }, enabled: dialog.kind !== 'note' })).data;
  const ready = dialog.kind === 'note' || text.trim() !== '';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!ready) return;
    if (dialog.kind === 'tag') onSave({ tags: { [text.trim()]: value } });
    else if (dialog.kind === 'experiment') onSave({ experiment: text.trim() });
    else onSave({ note: text });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {dialog.kind === 'tag' ? (
          <>
            <Autocomplete
              label="Tag"
              size="xs"
              data-autofocus
              value={text}
              onChange={setText}
              maxLength={250}
              data={known?.tags.map(({ key }) => key) ?? []}
            />
            <TextInput
              label="Value"
              description="May stay empty"
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
            />
          </>
        ) : dialog.kind === 'experiment' ? (
          <Autocomplete
            label="Experiment"
            description="One that is there, or a new name"
            size="xs"
            data-autofocus
            value={text}
            onChange={setText}
            maxLength={300}
            data={known?.experiments.map(({ key }) => key) ?? []}
          />
        ) : (
          <Textarea
            label="Note"
            description="Markdown"
            data-autofocus
            autosize
            minRows={5}
            maxRows={18}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" disabled={!ready}>
            {dialog.kind === 'experiment' ? 'Move' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
