import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../../lib/client.ts';
import { errorText } from '../../../lib/errors.ts';
import { LoadingBox } from '../../../ui/loading.tsx';
import { Nothing, Section } from '../../../ui/section.tsx';
import type { OnVersion } from '../use-version-place.ts';

/** The beginning of a text file, as it is. */
export function FileText({ on, path, onClose }: { on: OnVersion; path: string; onClose: () => void }) {
  const query = useQuery(api.models.text.queryOptions({ input: { ...on, path } }));
  return (
    <Section
      title={path}
      detail="the first 64 KB"
      tools={
        <Button size="compact-xs" variant="subtle" color="gray" onClick={onClose}>
          Close
        </Button>
      }
    >
      {query.error ? (
        <Nothing>{errorText(query.error)}</Nothing>
      ) : query.data === undefined ? (
        <LoadingBox height={160} />
      ) : query.data === null ? (
        <Nothing>This is no text.</Nothing>
      ) : (
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
          tabIndex={0}
          style={{
            maxHeight: 420,
            margin: 0,
            padding: '8px 12px',
            overflow: 'auto',
            border: '1px solid var(--assay-line)',
            borderRadius: 6,
            background: 'var(--assay-side)',
          }}
        >
          {query.data}
        </pre>
      )}
    </Section>
  );
}
