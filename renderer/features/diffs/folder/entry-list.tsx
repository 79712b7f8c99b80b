import { SegmentedControl, UnstyledButton } from '@mantine/core';
import { useRef, useState } from 'react';
import type { FolderDiff, FolderEntry } from '../../../../shared/contract/diffs.ts';
import { formatBytes } from '../../../lib/format.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { useTallScroll } from '../../../ui/use-tall-scroll.ts';
import { signed } from '../table/impact.ts';
import type { ViewProps } from '../view-props.ts';
import { EntryBar } from './entry-bar.tsx';
import classes from './folder.module.css';
import { STATUS_MARKS } from './folder-strip.tsx';
import { isOnBothSides, openEntry } from './open-entry.ts';
import { useEntries } from './use-entries.ts';

const ROW = 28;

/** Files by status, a line each; those that both sides have open to their own comparison. */
export function EntryList({ place, opened }: ViewProps<FolderDiff>) {
  const [sort, setSort] = useState<'path' | 'bytes'>('path');
  const list = useRef<HTMLDivElement>(null);
  const [total, setTotal] = useState(0);
  const scroll = useTallScroll(list, total, ROW, 0);
  const entries = useEntries({
    place,
    id: opened.id,
    only: 'all',
    sort,
    first: scroll.first,
    last: scroll.last,
  });
  if (entries.total !== undefined && entries.total !== total) setTotal(entries.total);
  return (
    <div className={classes.list}>
      <EntryBar place={place} total={entries.total}>
        <SegmentedControl
          aria-label="Order of the files"
          value={sort}
          onChange={(next) => setSort(next as 'path' | 'bytes')}
          data={[
            { value: 'path', label: 'By path' },
            { value: 'bytes', label: 'Largest first' },
          ]}
        />
      </EntryBar>
      {entries.error ? <ErrorState error={entries.error} onRetry={entries.retry} /> : null}
      <div ref={list} className={classes.entries}>
        <div style={{ height: scroll.height }}>
          <ul aria-label="Files" className={classes.layer} style={{ height: Math.min(scroll.view, scroll.height) }}>
            {Array.from({ length: Math.max(0, scroll.last - scroll.first + 1) }, (_, i) => scroll.first + i).map(
              (index) => (
                <Entry
                  key={index}
                  entry={entries.at(index)}
                  top={index * ROW - scroll.top}
                  onOpen={(entry) => openEntry(place, entry)}
                />
              ),
            )}
          </ul>
        </div>
      </div>
      {entries.total === 0 ? (
        <div className={classes.nothing}>
          <EmptyState title="No file fits">
            Other kinds of files are shown by the buttons on top; the search and the folder can be cleared.
          </EmptyState>
        </div>
      ) : null}
    </div>
  );
}

type EntryProps = { entry: FolderEntry | undefined; top: number; onOpen: (entry: FolderEntry) => void };

function Entry({ entry, top, onOpen }: EntryProps) {
  const style = { transform: `translateY(${top}px)` };
  if (!entry) return <li className={classes.entry} style={style} />;
  const { path, status, renamedFrom, bytesBefore, bytesAfter } = entry;
  const delta = (bytesAfter ?? 0) - (bytesBefore ?? 0);
  const inside = (
    <>
      <span className={classes.mark} title={status}>
        {STATUS_MARKS[status]}
      </span>
      <span className={classes.path} title={renamedFrom ? `${renamedFrom} → ${path}` : path}>
        {renamedFrom ? <span className={classes.from}>{renamedFrom} → </span> : null}
        {path}
      </span>
      <span className={classes.size}>{formatBytes(bytesAfter ?? bytesBefore ?? 0)}</span>
      <span className={classes.delta} title={`${signed(delta)} bytes`}>
        {status === 'changed' && delta !== 0 ? `${delta > 0 ? '+' : '−'}${formatBytes(Math.abs(delta))}` : ''}
      </span>
    </>
  );
  return (
    <li className={classes.entry} data-status={status} style={style}>
      {isOnBothSides(entry) ? (
        <UnstyledButton className={classes.entryButton} onClick={() => onOpen(entry)}>
          {inside}
        </UnstyledButton>
      ) : (
        <span className={classes.entryButton}>{inside}</span>
      )}
    </li>
  );
}
