import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Dataset } from '../../../../shared/contract/datasets.ts';
import type { DataSide } from '../../../../shared/contract/tables.ts';
import { dataAddress } from '../../../../shared/served-address.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { sideAt } from '../data-search.ts';
import type { DataPlace } from '../use-data-place.ts';
import { FolderView } from './folder-view.tsx';
import { kindOf } from './kind-of.ts';
import classes from './preview.module.css';
import { TableView } from './table-view.tsx';
import { TextView } from './text-view.tsx';

type Props = { place: DataPlace; path: string; file: string | undefined; dataset: Dataset | null };

/** The content of a version: a table, an image, a text, or a folder with the same inside of it. */
export function Preview({ place, path, file, dataset }: Props) {
  const { project, search } = place;
  const side = useMemo(() => sideAt(path, file, search.rev), [path, file, search.rev]);
  const inFolder = dataset?.folder === true && file === undefined;
  return (
    <div className={classes.page}>
      {dataset?.folder && file ? (
        <nav className={classes.bar} aria-label="Place in the folder">
          <div className={classes.crumbs}>
            <Link
              to="/p/$project/data"
              params={{ project }}
              search={{ path, tab: 'preview', ...(search.rev ? { rev: search.rev } : {}) }}
            >
              {path.split('/').at(-1)}
            </Link>
            <span className={classes.muted}>/</span>
            <span title={file}>{file}</span>
          </div>
        </nav>
      ) : null}
      <div className={classes.body}>
        {inFolder ? <FolderView place={place} dataset={dataset} /> : <FileView place={place} side={side} />}
      </div>
    </div>
  );
}

type VersionSide = Extract<DataSide, { kind: 'version' }>;

function Download({ project, side }: { project: string; side: DataSide }) {
  if (side.kind !== 'version') return null;
  return (
    <Button
      variant="default"
      component="a"
      href={dataAddress({ project, rev: side.rev, path: side.path }, { download: true })}
      leftSection={<IconDownload size={14} />}
    >
      Download
    </Button>
  );
}

function FileView({ place, side }: { place: DataPlace; side: DataSide }) {
  const { path, rev } = side as VersionSide;
  const { project } = place;
  switch (kindOf(path)) {
    case 'table':
      return <TableView place={place} side={side} />;
    case 'image':
      return (
        <div className={classes.image}>
          <img src={dataAddress({ project, rev, path }, { thumb: 2048 })} alt={path} />
        </div>
      );
    case 'text':
      return <TextView project={project} rev={rev} path={path} />;
    case 'other':
      return (
        <EmptyState
          title="There is no preview of this kind of file"
          action={<Download project={project} side={side} />}
        >
          Tables (CSV, TSV, JSON, Parquet, Arrow), images and texts are shown here.
        </EmptyState>
      );
  }
}
