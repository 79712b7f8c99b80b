// biome-ignore-all lint/a11y/useSemanticElements: rows and columns are placed by hand, so it is a grid of divs
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names what is active; buttons have their own
import { Button, Menu } from '@mantine/core';
import {
  IconChevronDown,
  IconCloudDownload,
  IconCloudUpload,
  IconDatabase,
  IconPlus,
  IconServer,
  IconShieldCheck,
  IconTrash,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useMemo, useRef } from 'react';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { useDatasetsStore } from '../datasets-store.ts';
import { filterDatasets, sortDatasets } from '../list-order.ts';
import type { DataList } from '../types.ts';
import type { DatasetCommands } from '../use-dataset-commands.ts';
import { sumWords } from '../words.ts';
import { CacheLine } from './cache-line.tsx';
import { Candidates } from './candidates.tsx';
import { DatasetRow, rowElementId } from './dataset-row.tsx';
import classes from './list.module.css';
import { ListBar } from './list-bar.tsx';
import { ListHead } from './list-head.tsx';

const ROW_HEIGHT = 36;
const HEAD_HEIGHT = 32;

type Props = { project: string; list: DataList; commands: DatasetCommands };

/** All datasets of a project, what their working copies differ by, and what can be done with them. */
export function DatasetList({ project, list, commands }: Props) {
  const store = useDatasetsStore();
  const navigate = useNavigate();
  const box = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const shown = useMemo(
    () => sortDatasets(filterDatasets(list.datasets, store.filter), store.sort),
    [list.datasets, store.filter, store.sort],
  );
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    scrollPaddingStart: HEAD_HEIGHT,
  });
  const items = rows.getVirtualItems();

  const point = (index: number): void => {
    const to = Math.max(0, Math.min(shown.length - 1, index));
    store.setCursor(to);
    rows.scrollToIndex(to, { align: 'auto' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const current = shown[store.cursor];
    if (event.key === '/') input.current?.focus();
    else if (event.target !== box.current) return;
    else if (event.key === 'ArrowDown' || event.key === 'j') point(store.cursor + 1);
    else if (event.key === 'ArrowUp' || event.key === 'k') point(store.cursor - 1);
    else if (event.key === 'Home') point(0);
    else if (event.key === 'End') point(shown.length - 1);
    else if (event.key === 'Escape') store.clearChecked();
    else if (current && (event.key === ' ' || event.key === 'x'))
      store.check([current.path], !store.checked.has(current.path));
    else if (current && event.key === 'Enter')
      void navigate({ to: '/p/$project/data', params: { project }, search: { path: current.path } });
    else return;
    event.preventDefault();
  };

  if (list.datasets.length === 0) return <NoData list={list} commands={commands} />;
  return (
    <div className={classes.page}>
      <PageHeader title="Data" detail={sumWords(list.datasets)}>
        <ManageMenu commands={commands} />
        <Button leftSection={<IconPlus size={14} />} onClick={() => store.open({ kind: 'add' })}>
          Add data
        </Button>
      </PageHeader>
      <ListBar
        shown={shown}
        all={list.datasets}
        commands={commands}
        input={input}
        onLeave={() => {
          box.current?.focus();
          if (store.cursor < 0) point(0);
        }}
      />
      <div
        ref={box}
        role="grid"
        tabIndex={0}
        aria-label="Datasets"
        aria-rowcount={shown.length + 1}
        aria-multiselectable
        aria-activedescendant={
          items.some((item) => item.index === store.cursor) ? rowElementId(store.cursor) : undefined
        }
        className={classes.body}
        onKeyDown={onKeyDown}
      >
        <ListHead paths={shown.map((one) => one.path)} />
        <div role="presentation" style={{ paddingTop: items[0]?.start ?? 0, height: rows.getTotalSize() }}>
          {items.map(({ index }) => {
            const dataset = shown[index]!;
            return (
              <DatasetRow
                key={dataset.path}
                project={project}
                dataset={dataset}
                index={index}
                checked={store.checked.has(dataset.path)}
                cursor={store.cursor === index}
                commands={commands}
                onCheck={(on) => store.check([dataset.path], on)}
                onPoint={() => store.setCursor(index)}
              />
            );
          })}
        </div>
        {shown.length === 0 ? (
          <EmptyState
            title="No dataset fits"
            action={
              <Button variant="default" onClick={() => store.setFilter('')}>
                Clear the filter
              </Button>
            }
          />
        ) : null}
        {list.candidates.length > 0 && store.filter === '' ? (
          <section className={classes.candidates} aria-label="Not versioned yet">
            <h2>Not versioned yet</h2>
            <Candidates candidates={list.candidates} commands={commands} />
          </section>
        ) : null}
      </div>
      <CacheLine list={list} />
    </div>
  );
}

function ManageMenu({ commands }: { commands: DatasetCommands }) {
  const open = useDatasetsStore((state) => state.open);
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={14} />}>
          All data
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconCloudUpload size={14} />} onClick={() => void commands.push([])}>
          Push everything
        </Menu.Item>
        <Menu.Item leftSection={<IconCloudDownload size={14} />} onClick={() => void commands.pull([])}>
          Pull everything
        </Menu.Item>
        <Menu.Item leftSection={<IconShieldCheck size={14} />} onClick={() => void commands.verify([])}>
          Verify everything
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconServer size={14} />} onClick={() => open({ kind: 'remotes' })}>
          Remotes …
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={14} />} onClick={() => open({ kind: 'gc' })}>
          Clean up the cache …
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function NoData({ list, commands }: { list: DataList; commands: DatasetCommands }) {
  const open = useDatasetsStore((state) => state.open);
  const some = list.candidates.length > 0;
  return (
    <div className={classes.page}>
      <PageHeader title="Data" />
      <div className={classes.body}>
        <EmptyState
          icon={<IconDatabase size={32} stroke={1.4} />}
          title="No data is versioned yet"
          action={
            some ? (
              <div className={classes.empty}>
                <Candidates candidates={list.candidates} commands={commands} />
                <Button variant="subtle" size="compact-xs" color="gray" mt={8} onClick={() => open({ kind: 'add' })}>
                  Another file or folder …
                </Button>
              </div>
            ) : (
              <Button leftSection={<IconPlus size={14} />} onClick={() => open({ kind: 'add' })}>
                Add data
              </Button>
            )
          }
        >
          A version is a small file that git keeps, in DVC's own format; the data itself goes into a cache. Then every
          run says what it read, and any two versions can be compared.
        </EmptyState>
      </div>
    </div>
  );
}
