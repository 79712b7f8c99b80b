import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { dataAddress } from '../../../../shared/served-address.ts';
import { formatBytes } from '../../../lib/format.ts';
import type { DataSearch } from '../data-search.ts';
import { kindOf } from './kind-of.ts';
import classes from './preview.module.css';
import type { FileEntry } from './use-files.ts';

type Props = {
  project: string;
  dataset: string;
  rev: string | null;
  file: FileEntry;
  /** where a click leads */
  search: DataSearch;
};

/** One file of a folder as a picture with its name. */
export function Tile({ project, dataset, rev, file, search }: Props) {
  const [failed, setFailed] = useState(false);
  const { path, size } = file;
  const words =
    size === null
      ? 'not on this machine'
      : failed
        ? 'cannot be shown'
        : kindOf(path) === 'image'
          ? null
          : (/\.[^./]+$/.exec(path)?.[0].slice(1) ?? 'file');
  return (
    <Link
      to="/p/$project/data"
      params={{ project }}
      search={search}
      className={classes.tile}
      title={`${path}${size === null ? '' : `, ${formatBytes(size)}`}`}
    >
      <span className={classes.thumb}>
        {words ?? (
          <img
            src={dataAddress({ project, rev, path: `${dataset}/${path}` }, { thumb: 128 })}
            alt=""
            loading="lazy"
            decoding="async"
            onError={() => setFailed(true)}
          />
        )}
      </span>
      <span className={classes.caption}>{path}</span>
    </Link>
  );
}
