import { SegmentedControl, Tabs } from '@mantine/core';
import { skipToken, useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import type { BytesDiff } from '../../../../shared/contract/diffs.ts';
import { api } from '../../../lib/client.ts';
import { formatCount, plural } from '../../../lib/format.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingRows } from '../../../ui/loading.tsx';
import { MetadataTable } from '../metadata-table.tsx';
import { VerdictBand } from '../verdict-band.tsx';
import type { ViewProps } from '../view-props.ts';
import classes from './bytes.module.css';
import { DocumentChanges } from './document-changes.tsx';

const MergeView = lazy(() => import('../../../ui/merge-view.tsx').then((module) => ({ default: module.MergeView })));

/** What changed in a text, a document or a file of another kind. */
export function BytesView({ place, opened, diff }: ViewProps<BytesDiff>) {
  const tabs = [
    ...(diff.document && diff.document.length > 0
      ? [{ id: 'document', label: `Structure (${formatCount(diff.document.length)})` }]
      : []),
    ...(diff.kind === 'text' ? [{ id: 'lines', label: 'Lines' }] : []),
    { id: 'file', label: 'File' },
  ];
  const tab = tabs.find((one) => one.id === place.search.tab) ?? tabs[0]!;
  const split = place.search.view === 'split';
  return (
    <>
      <VerdictBand opened={opened} diff={diff}>
        {diff.lines ? (
          <span className={classes.lines}>
            {plural(diff.lines.before, 'line')} before, {formatCount(diff.lines.after)} after
          </span>
        ) : null}
      </VerdictBand>
      <Tabs value={tab.id} onChange={(next) => place.show({ tab: next ?? undefined })} className={classes.tabs}>
        <Tabs.List px="md">
          {tabs.map(({ id, label }) => (
            <Tabs.Tab key={id} value={id}>
              {label}
            </Tabs.Tab>
          ))}
          {tab.id === 'lines' ? (
            <SegmentedControl
              className={classes.how}
              aria-label="How the texts are drawn"
              value={split ? 'split' : 'unified'}
              onChange={(view) => place.show({ view: view === 'split' ? 'split' : undefined })}
              data={[
                { value: 'unified', label: 'Unified' },
                { value: 'split', label: 'Side by side' },
              ]}
            />
          ) : null}
        </Tabs.List>
        <Tabs.Panel value={tab.id} className={classes.panel}>
          {tab.id === 'document' ? <DocumentChanges changes={diff.document ?? []} /> : null}
          {tab.id === 'lines' ? (
            <Texts project={place.project} id={opened.id} same={diff.verdict === 'identical'} split={split} />
          ) : null}
          {tab.id === 'file' ? <FileFacts diff={diff} /> : null}
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Texts({ project, id, same, split }: { project: string; id: string; same: boolean; split: boolean }) {
  const query = useQuery(api.diffs.texts.queryOptions({ input: same ? skipToken : { project, id } }));
  if (same) return <EmptyState title="Both texts are the same">There is nothing to compare line by line.</EmptyState>;
  if (query.error)
    return <ErrorState error={query.error} title="The texts could not be read" onRetry={() => void query.refetch()} />;
  if (!query.data) return <LoadingRows rows={16} height={20} />;
  return (
    <div className={classes.texts}>
      {query.data.cut ? <p className={classes.note}>Only the first 2 MB of each text are compared here.</p> : null}
      <div className={classes.merge}>
        <Suspense fallback={<LoadingRows rows={16} height={20} />}>
          <MergeView
            before={query.data.before}
            after={query.data.after}
            split={split}
            label={split ? 'Text' : 'Both texts, line by line'}
          />
        </Suspense>
      </div>
    </div>
  );
}

function FileFacts({ diff }: { diff: BytesDiff }) {
  const rows = [
    { name: 'size in bytes', before: formatCount(diff.bytes.before), after: formatCount(diff.bytes.after) },
    { name: 'MD5', before: diff.md5.before, after: diff.md5.after },
    ...diff.metadata,
  ];
  return <MetadataTable rows={rows} />;
}
