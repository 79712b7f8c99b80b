import { Modal } from '@mantine/core';
import { useState } from 'react';
import { ImageCompare } from '../image/image-compare.tsx';
import { pictureAddress } from '../media-address.ts';
import classes from './gallery.module.css';

/** Pictures that are looked at: a path on each side, null where there is none. */
export type Looked = { title: string; before: string | null; after: string | null };

type Props = { project: string; id: string; looked: Looked | null; onClose: () => void };

/** One picture, or two that look alike, over the gallery. */
export function Lightbox({ project, id, looked, onClose }: Props) {
  const [mode, setMode] = useState<string | undefined>('side');
  return (
    <Modal opened={looked !== null} onClose={onClose} title={looked?.title} size="min(1100px, 92vw)" centered>
      {looked ? (
        <div className={classes.lightbox}>
          <ImageCompare
            before={looked.before === null ? null : pictureAddress(project, id, 'before', looked.before)}
            after={looked.after === null ? null : pictureAddress(project, id, 'after', looked.after)}
            heat={null}
            mode={mode}
            onMode={setMode}
          />
        </div>
      ) : null}
    </Modal>
  );
}
