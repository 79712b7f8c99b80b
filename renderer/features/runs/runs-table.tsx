import { useComputedColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useHoveredRun } from '../../charts/hover-store.ts';
import { notifyError } from '../../ui/notify.ts';
import { textParams } from './columns.ts';
import { idsOfRows } from './ids-of-rows.ts';
import type { RowActions } from './row-actions.ts';
import { type MenuPlace, RowMenu } from './row-menu.tsx';
import { useRunsStore } from './runs-store.ts';
import classes from './runs-table.module.css';
import { TableHead } from './table-head.tsx';
import { ROW_HEIGHT, rowElementId, TableRow } from './table-row.tsx';
import type { RunCommands } from './use-run-commands.tsx';
import type { RunList, RunPages } from './use-run-pages.ts';
import type { RunsView } from './use-runs-view.ts';
import { useTableColumns } from './use-table-columns.ts';
import { useTableKeys } from './use-table-keys.ts';

type Props = {
  project: string;
  view: RunsView;
  list: RunList;
  pages: RunPages;
  total: number;
  drawn: readonly string[];
  commands: RunCommands;
  onDraw: (run: string) => void;
  /** Rows `first` to `last` are on the screen. */
  onRange: (first: number, last: number) => void;
  onFilter: () => void;
  table: RefObject<HTMLDivElement | null>;
};

/** All runs of a list; only what is on the screen is in the page, whether by rows or by columns. */
export function RunsTable({
  project,
  view,
  list,
  pages,
  total,
  drawn,
  commands,
  onDraw,
  onRange,
  onFilter,
  table,
}: Props) {
  const scheme = useComputedColorScheme('light');
  const navigate = useNavigate();
  const store = useRunsStore();
  const hovered = useHoveredRun();
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const texts = useMemo(() => textParams(pages.first ?? []), [pages.first]);
  const columns = useTableColumns({
    columns: view.columns ?? [],
    pinned: view.pinned,
    widths: view.widths,
    onWidths: view.setWidths,
    texts,
  });

  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => table.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
    scrollPaddingStart: ROW_HEIGHT,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.rest.length,
    getScrollElement: () => table.current,
    estimateSize: (i) => columns.rest[i]?.width ?? 0,
    overscan: 3,
    getItemKey: (i) => columns.rest[i]?.column.id ?? i,
  });
  const widths = columns.rest.map((one) => one.width).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again whenever a width changed
  useEffect(() => across.measure(), [across, widths]);
  const shownAcross = across.getVirtualItems().map((item) => item.index);
  const acrossKey = shownAcross.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says which columns are shown
  const rest = useMemo(() => shownAcross.flatMap((i) => columns.rest[i] ?? []), [columns.rest, acrossKey]);

  const items = rows.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onRange(first, last), [onRange, first, last]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top
  useEffect(() => table.current?.scrollTo({ top: 0 }), [list.filter, list.deleted, view.sort.key, view.sort.desc]);

  const point = (index: number): void => {
    const to = Math.max(0, Math.min(total - 1, index));
    store.setCursor(to);
    rows.scrollToIndex(to, { align: 'auto' });
  };
  const checkRange = async (from: number, to: number, on: boolean): Promise<void> => {
    const [low, high] = from < to ? [from, to] : [to, from];
    const known = Array.from({ length: high - low + 1 }, (_, i) => pages.rowAt(low + i)?.id);
    try {
      store.check(known.every((id) => id !== undefined) ? known : await idsOfRows(list, low, high), on);
    } catch (error) {
      notifyError('The runs could not be selected', error);
    }
  };
  const openRun = (run: string): void => void navigate({ to: '/p/$project/runs/$run', params: { project, run } });
  const actions = useSteady<RowActions>({
    check(index, run, on, range) {
      if (range && store.anchor >= 0) void checkRange(store.anchor, index, on);
      else store.check([run], on);
      store.setAnchor(index);
      store.setCursor(index);
    },
    draw: onDraw,
    star: (row) => void commands.update([row.id], { starred: !row.starred }),
    open: openRun,
    renamed(run, name) {
      store.rename(null);
      table.current?.focus({ preventScroll: true });
      if (name !== null) void commands.update([run], { name });
    },
    menu: (row, x, y) => setMenu({ row, x, y }),
    point(index) {
      store.setCursor(index);
      if (store.renaming === null) table.current?.focus({ preventScroll: true });
    },
  });

  const current = pages.rowAt(store.cursor);
  useTableKeys(table, {
    move(by, extend) {
      const to = store.cursor < 0 ? 0 : store.cursor + by;
      if (extend && store.cursor >= 0) void checkRange(store.cursor, Math.max(0, Math.min(total - 1, to)), true);
      point(to);
    },
    moveTo: (end) => point(end === 'first' ? 0 : total - 1),
    page: (direction) =>
      point(store.cursor + direction * Math.max(1, Math.floor((table.current?.clientHeight ?? 320) / ROW_HEIGHT) - 2)),
    draw: () => current && onDraw(current.id),
    check: () => current && actions.check(store.cursor, current.id, !store.checked.has(current.id), false),
    checkAll: () => void checkRange(0, total - 1, true),
    star: () => current && actions.star(current),
    rename: () => current && store.rename(current.id),
    open: () => current && openRun(current.id),
    remove() {
      const runs = store.checked.size > 0 ? [...store.checked] : current ? [current.id] : [];
      if (runs.length === 0) return;
      const done = list.deleted ? commands.purge(runs) : commands.remove(runs);
      void done.then((ok) => ok && store.clearChecked());
    },
    escape: store.clearChecked,
    filter: onFilter,
  });

  const drawnSet = new Set(drawn);
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a grid of divs, because rows and columns are placed by hand */}
      <div
        ref={table}
        role="grid"
        tabIndex={0}
        aria-label="Runs"
        aria-rowcount={total + 1}
        aria-colcount={columns.lead.length + columns.rest.length}
        aria-multiselectable
        aria-activedescendant={store.cursor >= first && store.cursor <= last ? rowElementId(store.cursor) : undefined}
        className={[classes.table, pages.stale && classes.stale, store.checked.size > 0 && classes.anyChecked]
          .filter(Boolean)
          .join(' ')}
      >
        <TableHead
          view={view}
          columns={columns}
          rest={rest}
          total={total}
          onCheckAll={(on) => (on ? void checkRange(0, total - 1, true) : store.clearChecked())}
        />
        <div
          className={classes.rows}
          role="presentation"
          style={{ height: rows.getTotalSize(), width: columns.leadWidth + columns.restWidth }}
        >
          {items.map((item) => {
            const row = pages.rowAt(item.index);
            return (
              <TableRow
                key={item.key}
                project={project}
                row={row}
                index={item.index}
                top={item.start}
                lead={columns.lead}
                rest={rest}
                leadWidth={columns.leadWidth}
                restWidth={columns.restWidth}
                scheme={scheme}
                cursor={item.index === store.cursor}
                checked={row !== undefined && store.checked.has(row.id)}
                drawn={row !== undefined && drawnSet.has(row.id)}
                hovered={row !== undefined && row.id === hovered}
                renaming={row !== undefined && store.renaming === row.id}
                actions={actions}
              />
            );
          })}
        </div>
      </div>
      <RowMenu project={project} place={menu} onClose={() => setMenu(null)} commands={commands} />
    </>
  );
}

/** An object whose functions stay the same and call the newest ones. */
function useSteady<T extends Record<string, (...args: never[]) => void>>(newest: T): T {
  const current = useRef(newest);
  useEffect(() => {
    current.current = newest;
  });
  const [steady] = useState(
    () =>
      Object.fromEntries(
        Object.keys(newest).map((name) => [name, (...args: never[]) => current.current[name]?.(...args)]),
      ) as unknown as T,
  );
  return steady;
}
