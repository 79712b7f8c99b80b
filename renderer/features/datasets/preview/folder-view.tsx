import { SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFile, IconPhoto, IconTable } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { Dataset } from '../../../../shared/contract/datasets.ts';
import { formatBytes, plural } from '../../../lib/format.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingRows } from '../../../ui/loading.tsx';
import { useTallScroll } from '../../../ui/use-tall-scroll.ts';
import type { DataPlace } from '../use-data-place.ts';
import { kindOf } from './kind-of.ts';
import classes from './preview.module.css';
import { Tile } from './tile.tsx';
import { type FileEntry, useFiles } from './use-files.ts';

const LINE = 28;
const [TILE, TILE_ROW] = [148, 172];

/** The files of a folder's version: as pictures where there are pictures, else as a list. */
export function FolderView({ place, dataset }: { place: DataPlace; dataset: Dataset }) {
  const { project, search } = place;
  const [prefix, setPrefix] = useState('');
  const [late] = useDebouncedValue(prefix, 200);
  const [chosen, setChosen] = useState<'pictures' | 'list' | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [count, setCount] = useState(0);
  const [pictures, setPictures] = useState(false);
  const view = chosen ?? (pictures ? 'pictures' : 'list');
  const across = view === 'pictures' ? Math.max(1, Math.floor((width - 24 + 8) / (TILE + 8))) : 1;
  const scroll = useTallScroll(box, Math.ceil(count / across), view === 'pictures' ? TILE_ROW : LINE, 0);
  const [first, last] = [scroll.first * across, Math.min(count - 1, (scroll.last + 1) * across - 1)];
  const rev = search.rev ?? null;
  const files = useFiles({ project, path: dataset.path, rev, prefix: late }, first, last);
  const { total } = files;

  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (total !== undefined) setCount(total);
  }, [total]);
  const some = Array.from({ length: Math.min(total ?? 0, 60) }, (_, i) => files.fileAt(i)).filter(
    Boolean,
  ) as FileEntry[];
  const mostly = some.length > 0 && some.filter((one) => kindOf(one.path) === 'image').length * 2 >= some.length;
  useEffect(() => {
    if (some.length > 0) setPictures(mostly);
  }, [some.length, mostly]);

  const rows = Array.from({ length: Math.max(0, scroll.last - scroll.first + 1) }, (_, i) => scroll.first + i);
  const open = (file: string) =>
    ({ path: dataset.path, tab: 'preview', file, ...(search.rev ? { rev: search.rev } : {}) }) as const;
  return (
    <div className={classes.page}>
      <div className={classes.bar}>
        <TextInput
          w={260}
          placeholder="Only below, e.g. train/cats/"
          aria-label="Beginning of the paths"
          value={prefix}
          onChange={(event) => setPrefix(event.currentTarget.value)}
        />
        <span className={classes.muted}>{total === undefined ? '' : plural(total, 'file')}</span>
        <span style={{ flex: '1 1 0' }} />
        <SegmentedControl
          value={view}
          onChange={(value) => setChosen(value as 'pictures' | 'list')}
          data={[
            { value: 'pictures', label: 'Pictures' },
            { value: 'list', label: 'List' },
          ]}
          aria-label="How the files are shown"
        />
      </div>
      {files.error ? (
        <ErrorState error={files.error} title="The files could not be listed" onRetry={files.retry} />
      ) : null}
      {!files.error && total === undefined ? <LoadingRows rows={12} height={LINE} /> : null}
      {total === 0 ? (
        <EmptyState title={late === '' ? 'The folder is empty' : 'No path begins so'}>
          {late === '' ? null : 'Paths are written from the folder on, such as train/cats/001.png.'}
        </EmptyState>
      ) : null}
      <div ref={box} className={classes.scroll} style={{ flex: '1 1 0', minHeight: 0 }}>
        <div style={{ height: total === 0 ? 0 : scroll.height }}>
          <div className={classes.layer} style={{ height: Math.min(scroll.view, scroll.height) }}>
            {rows.map((row) => {
              const top = row * (view === 'pictures' ? TILE_ROW : LINE) - scroll.top;
              if (view === 'list') {
                const file = files.fileAt(row);
                return file ? (
                  <Link
                    key={row}
                    to="/p/$project/data"
                    params={{ project }}
                    search={open(file.path)}
                    className={classes.file}
                    style={{ transform: `translateY(${top}px)` }}
                    title={file.path}
                  >
                    <FileIcon path={file.path} />
                    <span>{file.path}</span>
                    <span className={classes.muted}>{file.size === null ? 'not here' : formatBytes(file.size)}</span>
                  </Link>
                ) : null;
              }
              return (
                <div
                  key={row}
                  className={classes.tiles}
                  style={{
                    gridTemplateColumns: `repeat(${across}, minmax(0, 1fr))`,
                    transform: `translateY(${top + 6}px)`,
                  }}
                >
                  {Array.from({ length: across }, (_, i) => files.fileAt(row * across + i)).map((file, i) =>
                    file ? (
                      <Tile
                        key={`${rev} ${file.path}`}
                        project={project}
                        dataset={dataset.path}
                        rev={rev}
                        file={file}
                        search={open(file.path)}
                      />
                    ) : (
                      // biome-ignore lint/suspicious/noArrayIndexKey: a place without a file yet
                      <span key={i} />
                    ),
                  )}
                </div>
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}

function FileIcon({ path }: { path: string }) {
  const kind = kindOf(path);
  const Icon = kind === 'image' ? IconPhoto : kind === 'table' ? IconTable : IconFile;
  return <Icon size={15} stroke={1.6} aria-hidden />;
}
