import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { FolderEntry } from '../../../../shared/contract/diffs.ts';
import { type MediaSide, thumbAddress } from '../media-address.ts';
import { baseName } from '../side-words.ts';
import { STATUS_MARKS } from './folder-strip.tsx';
import classes from './gallery.module.css';

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
  const [broken, setBroken] = useState(false);
  return (
    <span className={classes.thumb} data-side={side}>
      {broken ? (
        <span className={classes.broken}>no picture</span>
      ) : (
        <img src={address} alt="" loading="lazy" decoding="async" onError={() => setBroken(true)} />
      )}
    </span>
  );
}
