import { Text, Textarea } from '@mantine/core';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import type { Dataset } from '../../../../shared/contract/datasets.ts';
import type { DatasetCommands } from '../use-dataset-commands.ts';
import { commitMessage, stateWords } from '../words.ts';
import { FormButtons } from './form-buttons.tsx';

type Props = { datasets: readonly Dataset[]; commands: DatasetCommands; onClose: () => void };

/** A message for the commit that keeps the records of these datasets, and of nothing else. */
export function CommitForm({ datasets, commands, onClose }: Props) {
  const [message, setMessage] = useState(() => commitMessage(datasets));
  const [busy, setBusy] = useState(false);
  const changed = datasets.filter((one) => one.state === 'modified' || one.state === 'new');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const done = await commands.commit(
      datasets.map((one) => one.path),
      message.trim(),
    );
    setBusy(false);
    if (done) onClose();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Textarea
        label="Message"
        autosize
        minRows={3}
        maxRows={12}
        value={message}
        onChange={(event) => setMessage(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        data-autofocus
      />
      <Text size="xs" c="dimmed" mt="sm">
        Goes into the commit: the records of
      </Text>
      <ul style={{ margin: '2px 0 0', paddingLeft: 18, maxHeight: 160, overflow: 'auto', fontSize: '0.8125rem' }}>
        {datasets.map((one) => (
          <li key={one.path} style={{ overflowWrap: 'anywhere' }}>
            {one.path}
          </li>
        ))}
      </ul>
      {changed.length > 0 ? (
        <Text size="xs" c="var(--assay-warn)" mt="xs">
          {changed[0]!.path}: {stateWords(changed[0]!).words.toLowerCase()}. That is not recorded yet and stays out of
          this commit.
        </Text>
      ) : null}
      <FormButtons action="Commit" busy={busy} disabled={message.trim() === ''} onClose={onClose} />
    </form>
  );
}
