import { ActionIcon, Button, Group, Textarea } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import type { ModelCard } from '../../../../shared/contract/models.ts';
import { MarkdownText } from '../../../ui/markdown.tsx';
import { Chip } from '../../../ui/models/marks.tsx';
import classes from './card.module.css';

type Props = { section: ModelCard['sections'][number]; busy: boolean; onSave: (text: string) => Promise<boolean> };

/** A part of the card. What people write is edited in its place, as Markdown. */
export function CardSectionView({ section, busy, onSave }: Props) {
  const { title, generated, markdown } = section;
  const [draft, setDraft] = useState<string | null>(null);
  const save = async (): Promise<void> => {
    if (draft !== null && (await onSave(draft))) setDraft(null);
  };
  return (
    <section className={classes.section} aria-label={title}>
      <div className={classes.head}>
        <h2>{title}</h2>
        {generated ? (
          <Chip tip="Assay writes this part from the evidence; edits in it are replaced">from the evidence</Chip>
        ) : draft === null ? (
          <ActionIcon size="sm" aria-label={`Edit ${title}`} onClick={() => setDraft(markdown)}>
            <IconPencil size={14} />
          </ActionIcon>
        ) : null}
      </div>
      {draft === null ? (
        markdown.trim() === '' ? (
          <div className={classes.empty}>Nobody has written this part yet.</div>
        ) : (
          <MarkdownText>{markdown}</MarkdownText>
        )
      ) : (
        <>
          <Textarea
            aria-label={`${title}, as Markdown`}
            autosize
            minRows={4}
            maxRows={24}
            value={draft}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            onChange={(event) => setDraft(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
            }}
            data-autofocus
            autoFocus
          />
          <Group gap="xs" mt={6}>
            <Button size="compact-xs" loading={busy} onClick={() => void save()}>
              Save
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => setDraft(null)}>
              Cancel
            </Button>
          </Group>
        </>
      )}
    </section>
  );
}
