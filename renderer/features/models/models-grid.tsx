// biome-ignore-all lint/a11y/useSemanticElements: rows and columns are placed by hand, so it is a grid of divs
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names what is active; buttons have their own
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, type RefObject, useCallback, useState } from 'react';
import { GridHead } from './grid-head.tsx';
import { GridLine, lineElementId } from './grid-line.tsx';
import type { GridRow } from './model-rows.ts';
import classes from './models.module.css';
import type { Sort, SortKey } from './models-search.ts';

const ROW_HEIGHT = 36;
const HEAD_HEIGHT = 32;

type Props = {
  project: string;
  label: string;
  rows: readonly GridRow[];
  sort: Sort;
  box: RefObject<HTMLDivElement | null>;
  onSort: (key: SortKey) => void;
  onToggle: (model: string) => void;
  onFilter: () => void;
  /** What is shown below the head when there is no row. */
  children?: ReactNode;
};

/** Models and versions, a line each, of which only those in view are drawn. Arrows move, Enter opens, → and ← show and hide versions. */
export function ModelsGrid({ project, label, rows, sort, box, onSort, onToggle, onFilter, children }: Props) {
  const navigate = useNavigate();
  const [cursor, setCursor] = useState(-1);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    scrollPaddingStart: HEAD_HEIGHT,
  });
  const items = virtual.getVirtualItems();
  const onPoint = useCallback((index: number) => setCursor(index), []);
  const point = (index: number): void => {
    const to = Math.max(0, Math.min(rows.length - 1, index));
    setCursor(to);
    virtual.scrollToIndex(to, { align: 'auto' });
  };
  const open = (row: GridRow): void => {
    if (row.kind === 'waiting') return;
    const version = row.kind === 'model' ? row.model.latest : row.version;
    void navigate({
      to: '/p/$project/models/$name/$version',
      params: { project, name: version.model, version: version.version },
    });
  };
  /** The line of the model that a version belongs to. */
  const parentOf = (index: number): number => {
    for (let at = index; at >= 0; at--) if (rows[at]?.kind === 'model') return at;
    return index;
  };
  const fold = (row: GridRow, wanted: boolean): void => {
    if (row.kind === 'model' && row.open !== wanted) onToggle(row.model.name);
    else if (row.kind === 'model' && wanted) point(cursor + 1);
    else if (row.kind !== 'model' && !wanted) point(parentOf(cursor));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const current = rows[cursor];
    const page = Math.max(1, Math.floor(((box.current?.clientHeight ?? 0) - HEAD_HEIGHT) / ROW_HEIGHT) - 1);
    if (event.key === '/') onFilter();
    else if (event.target !== box.current) return;
    else if (event.key === 'ArrowDown' || event.key === 'j') point(cursor + 1);
    else if (event.key === 'ArrowUp' || event.key === 'k') point(cursor - 1);
    else if (event.key === 'PageDown') point(cursor + page);
    else if (event.key === 'PageUp') point(cursor - page);
    else if (event.key === 'Home') point(0);
    else if (event.key === 'End') point(rows.length - 1);
    else if (current && event.key === 'Enter') open(current);
    else if (current && event.key === 'ArrowRight') fold(current, true);
    else if (current && event.key === 'ArrowLeft') fold(current, false);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={box}
      role="treegrid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={items.some((item) => item.index === cursor) ? lineElementId(cursor) : undefined}
      className={classes.body}
      onFocus={(event) => {
        if (event.target === box.current && cursor < 0 && rows.length > 0) setCursor(0);
      }}
      onKeyDown={onKeyDown}
    >
      <GridHead sort={sort} onSort={onSort} />
      <div role="presentation" style={{ position: 'relative', height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          return row ? (
            <GridLine
              key={row.id}
              project={project}
              row={row}
              index={index}
              top={start}
              cursor={cursor === index}
              onPoint={onPoint}
              onToggle={onToggle}
            />
          ) : null;
        })}
      </div>
      {rows.length === 0 ? children : null}
    </div>
  );
}
