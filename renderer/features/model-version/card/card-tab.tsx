import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../../lib/client.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingRows } from '../../../ui/loading.tsx';
import { Notice } from '../../../ui/notice.tsx';
import type { TabProps } from '../version-page.tsx';
import classes from './card.module.css';
import { CardSectionView } from './card-section.tsx';

/** The model card: what Assay writes from the evidence, and what people write about it, each part for itself. */
export function CardTab({ place: { on }, commands }: TabProps) {
  const query = useQuery(api.models.card.queryOptions({ input: on }));
  if (query.error)
    return <ErrorState error={query.error} title="The card cannot be shown" onRetry={() => void query.refetch()} />;
  if (!query.data) return <LoadingRows />;
  const { sections, stale, written, file, markdown } = query.data;
  const update = (
    <Button
      size="compact-xs"
      variant="default"
      leftSection={<IconRefresh size={13} />}
      loading={commands.busy === 'card'}
      onClick={() => void commands.writeCard({})}
    >
      {written ? 'Update the card' : 'Write the card'}
    </Button>
  );
  return (
    <article className={classes.card}>
      {stale.length > 0 ? (
        <Notice action={update}>{stale.join('\n')}</Notice>
      ) : written ? null : (
        <Notice tone="info" action={update}>
          This is what the card would say; the file is not written yet.
        </Notice>
      )}
      <div className={classes.file}>
        <code>{file}</code> <CopyButton value={markdown} label="Copy the card as Markdown" />
      </div>
      {sections.map((section) => (
        <CardSectionView
          key={section.title}
          section={section}
          busy={commands.busy === 'card'}
          onSave={(text) => commands.writeCard({ [section.title]: text })}
        />
      ))}
    </article>
  );
}
