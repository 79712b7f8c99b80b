import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { FolderDiff } from '../../../../shared/contract/diffs.ts';
import { isImagePath, thumbAddress } from '../media-address.ts';
import type { ViewProps } from '../view-props.ts';
import classes from './folder.module.css';
import { Thumb } from './gallery-card.tsx';

const ROW = 64;

/** Files with the same content in two splits: what a model is tested with, it has learned. */
export function Leaks({ place, opened, diff }: ViewProps<FolderDiff>) {
  const list = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: diff.leaks.length,
    getScrollElement: () => list.current,
    estimateSize: () => ROW,
    overscan: 6,
  });
  return (
    <div ref={list} className={classes.leaks}>
      <p className={classes.note}>
        The same content lies in more than one split of the new side, so a score on one of them says nothing about
        unseen data.
      </p>
      <ul style={{ height: rows.getTotalSize() }} aria-label="Same content in two splits">
        {rows.getVirtualItems().map((item) => {
          const { paths } = diff.leaks[item.index]!;
          const picture = paths.find(isImagePath);
          return (
            <li key={item.key} className={classes.leakLine} style={{ transform: `translateY(${item.start}px)` }}>
              {picture ? (
                <span className={classes.leakPicture}>
                  <Thumb address={thumbAddress(place.project, opened.id, 'after', picture)} />
                </span>
              ) : null}
              <span className={classes.leakPaths}>
                {paths.slice(0, 3).map((path) => (
                  <code key={path} title={path}>
                    {path}
                  </code>
                ))}
                {paths.length > 3 ? <span className={classes.note}>and {paths.length - 3} more</span> : null}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
