import { Button, Group, Textarea, UnstyledButton } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { Kbd } from '../../../ui/kbd.tsx';
import { MarkdownView } from './markdown-view.tsx';
import classes from './overview.module.css';
import { Nothing, Section } from './section.tsx';

/** The note: read as Markdown, written as text. */
export function NoteSection({ note, onNote }: { note: string; onNote: (note: string) => void }) {
  const [draft, setDraft] = useState<string | null>(null);
  const save = (): void => {
    if (draft !== null && draft !== note) onNote(draft);
    setDraft(null);
  };
  if (draft === null)
    return (
      <Section
        title="Note"
        tools={
          note ? (
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              leftSection={<IconPencil size={12} />}
              onClick={() => setDraft(note)}
            >
              Edit
            </Button>
          ) : null
        }
      >
        {note ? (
          <div className={classes.note}>
            <MarkdownView text={note} />
          </div>
        ) : (
          <UnstyledButton w="100%" onClick={() => setDraft('')}>
            <Nothing>Write down what this run was for and what came out of it.</Nothing>
          </UnstyledButton>
        )}
      </Section>
    );
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
    if (event.key === 'Escape') setDraft(null);
  };
  return (
    <Section title="Note">
      <Textarea
        aria-label="Note"
        description="Markdown: # heading, **bold**, - list, `code`, links"
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        autosize
        autoFocus
        minRows={4}
        maxRows={20}
        maxLength={100_000}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <Group gap="xs" mt="xs" justify="flex-end">
        <Kbd keys="mod Enter" />
        <Button variant="default" onClick={() => setDraft(null)}>
          Cancel
        </Button>
        <Button onClick={save}>Save note</Button>
      </Group>
    </Section>
  );
}
