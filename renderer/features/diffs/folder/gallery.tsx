import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { FolderDiff } from '../../../../shared/contract/diffs.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import type { ViewProps } from '../view-props.ts';
import { EntryBar } from './entry-bar.tsx';
import classes from './gallery.module.css';
import { GalleryCard } from './gallery-card.tsx';
import { Lightbox, type Looked } from './lightbox.tsx';
import { NearDuplicates } from './near-duplicates.tsx';
import { isOnBothSides, openEntry } from './open-entry.ts';
import { useEntries } from './use-entries.ts';

const CARD = { width: 208, height: 158 };
const GAP = 8;

/** Pictures that came, went, changed or moved; only those near the screen are asked for. */
export function Gallery(props: ViewProps<FolderDiff>) {
  const { place, opened } = props;
  const box = useRef<HTMLDivElement>(null);
  const lanes = useLanes(box);
  const [total, setTotal] = useState(0);
  const [looked, setLooked] = useState<Looked | null>(null);
  const rows = useVirtualizer({
    count: Math.ceil(total / lanes),
    getScrollElement: () => box.current,
    estimateSize: () => CARD.height + GAP,
    overscan: 2,
  });
  const items = rows.getVirtualItems();
  const entries = useEntries({
    place,
    id: opened.id,
    only: 'images',
    sort: 'path',
    first: (items[0]?.index ?? 0) * lanes,
    last: ((items.at(-1)?.index ?? 0) + 1) * lanes - 1,
  });
  if (entries.total !== undefined && entries.total !== total) setTotal(entries.total);
  return (
    <div className={classes.gallery}>
      <EntryBar place={place} total={entries.total}>
        <NearDuplicates project={place.project} id={opened.id} onLook={setLooked} />
      </EntryBar>
      {entries.error ? <ErrorState error={entries.error} onRetry={entries.retry} /> : null}
      <div ref={box} className={classes.scroll}>
        {entries.total === 0 ? (
          <EmptyState title="No picture of these kinds">
            Other kinds of files are shown by the buttons on top; the search and the folder can be cleared.
          </EmptyState>
        ) : null}
        <div style={{ position: 'relative', height: rows.getTotalSize() }}>
          {items.map((item) => (
            <div
              key={item.key}
              className={classes.row}
              style={{
                gridTemplateColumns: `repeat(${lanes}, minmax(0, 1fr))`,
                height: CARD.height,
                transform: `translateY(${item.start}px)`,
              }}
            >
              {Array.from({ length: Math.min(lanes, total - item.index * lanes) }, (_, lane) => {
                const entry = entries.at(item.index * lanes + lane);
                return (
                  <GalleryCard
                    // biome-ignore lint/suspicious/noArrayIndexKey: places of a grid whose pictures come later
                    key={lane}
                    project={place.project}
                    id={opened.id}
                    entry={entry}
                    onOpen={() => {
                      if (!entry) return;
                      if (isOnBothSides(entry)) openEntry(place, entry);
                      else
                        setLooked({
                          title: entry.path,
                          before: entry.status === 'removed' ? entry.path : null,
                          after: entry.status === 'added' ? entry.path : null,
                        });
                    }}
                  />
                );
              })}
            </div>
          ))}
        </div>
      </div>
      <Lightbox project={place.project} id={opened.id} looked={looked} onClose={() => setLooked(null)} />
    </div>
  );
}

function useLanes(box: React.RefObject<HTMLElement | null>): number {
  const [lanes, setLanes] = useState(4);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setLanes(Math.max(1, Math.floor((element.clientWidth - GAP) / (CARD.width + GAP)))),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return lanes;
}
