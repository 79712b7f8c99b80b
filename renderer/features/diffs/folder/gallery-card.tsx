import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { FolderEntry } from '../../../../shared/contract/diffs.ts';
import { type MediaSide, thumbAddress } from '../media-address.ts';
import { baseName } from '../side-words.ts';
import { STATUS_MARKS } from './folder-strip.tsx';
import classes from './gallery.module.css';

const MOST_TRIES = 2;
const LATER_MS = 700;

type Props = { project: string; id: string; entry: FolderEntry | undefined; onOpen: () => void };

/** A picture of the gallery, or both of one that changed. */
export function GalleryCard({ project, id, entry, onOpen }: Props) {
  if (!entry) return <div className={classes.card} />;
  const { path, status, renamedFrom } = entry;
  const old = status === 'added' ? null : (renamedFrom ?? path);
  const now = status === 'removed' ? null : path;
  // what was only renamed looks the same twice
  const both = status === 'changed';
  return (
    <UnstyledButton
      className={classes.card}
      data-status={status}
      title={renamedFrom ? `${renamedFrom} → ${path}` : `${path}, ${status}`}
      onClick={onOpen}
    >
      <span className={classes.pictures}>
        {both && old ? (
          <Thumb key={`b ${old}`} address={thumbAddress(project, id, 'before', old)} side="before" />
        ) : null}
        {now ? (
          <Thumb key={`a ${now}`} address={thumbAddress(project, id, 'after', now)} side={both ? 'after' : undefined} />
        ) : old ? (
          <Thumb key={`b ${old}`} address={thumbAddress(project, id, 'before', old)} />
        ) : null}
      </span>
      <span className={classes.caption}>
        <span className={classes.mark}>{STATUS_MARKS[status]}</span>
        <span className={classes.name}>
          {renamedFrom ? `${baseName(renamedFrom)} → ${baseName(path)}` : baseName(path)}
        </span>
      </span>
    </UnstyledButton>
  );
}

/** A small picture; an empty frame while it is on its way, a word when it cannot be drawn. */
export function Thumb({ address, side }: { address: string; side?: MediaSide | undefined }) {
  const [tries, setTries] = useState(0);
  const [loaded, setLoaded] = useState(false);
  const again = (): void => {
    // a busy host says "later" (503); the address stays, only the element is new
    if (tries < MOST_TRIES) setTimeout(() => setTries((count) => count + 1), LATER_MS * (tries + 1));
    else setTries(MOST_TRIES + 1);
  };
  return (
    <span className={classes.thumb} data-side={side}>
      {tries > MOST_TRIES ? (
        <span className={classes.broken}>no picture</span>
      ) : (
        <img
          key={tries}
          src={address}
          alt=""
          loading="lazy"
          decoding="async"
          data-loaded={loaded || undefined}
          onLoad={() => setLoaded(true)}
          onError={again}
        />
      )}
    </span>
  );
}
