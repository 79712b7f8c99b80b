import { Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { FormButtons } from './form-buttons.tsx';

type Props = {
  label: string;
  initial?: string;
  placeholder?: string;
  hint: string;
  action: string;
  /** Resolves to whether it was done; the dialog stays when it was not. */
  onSubmit: (name: string) => Promise<boolean>;
  onClose: () => void;
};

/** One name and a button. */
export function NameForm({ label, initial = '', placeholder, hint, action, onSubmit, onClose }: Props) {
  const [name, setName] = useState(initial);
  const [busy, setBusy] = useState(false);
  const wanted = name.trim();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const done = await onSubmit(wanted);
    setBusy(false);
    if (done) onClose();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <TextInput
        label={label}
        placeholder={placeholder}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <Text size="xs" c="dimmed" mt={4}>
        {hint}
      </Text>
      <FormButtons action={action} busy={busy} disabled={wanted === '' || wanted === initial} onClose={onClose} />
    </form>
  );
}
