import { Button, Group, Switch } from '@mantine/core';
import { useState } from 'react';
import { formatBytes } from '../../../lib/format.ts';
import { useRemembered } from '../../../lib/remembered.ts';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingRows } from '../../../ui/loading.tsx';
import type { PreviewProps } from './artifact-preview.tsx';
import classes from './artifacts.module.css';
import { useArtifactText } from './use-artifact-text.ts';

const FIRST_BYTES = 262_144;
const MAX_BYTES = 8_388_608;

/** A text file, its first part at once. */
export function TextPreview(props: PreviewProps) {
  const [limit, setLimit] = useState(FIRST_BYTES);
  const [wrap, setWrap] = useRemembered('run.text.wrap', true);
  const query = useArtifactText(props, limit);
  if (query.error)
    return <ErrorState error={query.error} title="The file could not be read" onRetry={() => void query.refetch()} />;
  if (!query.data) return <LoadingRows rows={12} height={18} />;
  const { text, size, cut } = query.data;
  return (
    <>
      <Group justify="flex-end" px="md" pt="xs" gap="xs">
        {cut ? (
          <span className={classes.muted}>
            The first {formatBytes(limit)} of {formatBytes(size)}
          </span>
        ) : null}
        {cut && limit < MAX_BYTES ? (
          <Button size="compact-xs" variant="default" onClick={() => setLimit(Math.min(MAX_BYTES, limit * 8))}>
            Show more
          </Button>
        ) : null}
        <Switch label="Wrap" checked={wrap} onChange={(event) => setWrap(event.currentTarget.checked)} />
      </Group>
      <pre className={classes.text} data-wrap={wrap || undefined}>
        {text}
      </pre>
    </>
  );
}
