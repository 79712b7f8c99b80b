import { Button, Group, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';

type Props = {
  label: string;
  placeholder?: string;
  hint: string;
  action: string;
  start?: string;
  /** One line instead of a text. */
  single?: boolean;
  required?: boolean;
  danger?: boolean;
  busy: boolean;
  onSubmit: (words: string) => Promise<void>;
  onClose: () => void;
};

/** A text and a verb. */
export function WordsForm(props: Props) {
  const {
    label,
    placeholder,
    hint,
    action,
    start = '',
    single,
    required = false,
    danger,
    busy,
    onSubmit,
    onClose,
  } = props;
  const [words, setWords] = useState(start);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!required || words.trim() !== '') void onSubmit(words.trim());
  };
  const field = { label, placeholder, value: words, required, 'data-autofocus': true };
  return (
    <form onSubmit={submit}>
      {single ? (
        <TextInput {...field} onChange={(event) => setWords(event.currentTarget.value)} />
      ) : (
        <Textarea
          {...field}
          autosize
          minRows={3}
          maxRows={10}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      )}
      <Text size="xs" c="dimmed" mt={6}>
        {hint}
      </Text>
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          type="submit"
          loading={busy}
          disabled={required && words.trim() === ''}
          color={danger ? 'red' : undefined}
        >
          {action}
        </Button>
      </Group>
    </form>
  );
}
