// biome-ignore-all lint/a11y/useSemanticElements: rows and columns are placed by hand, so it is a grid of divs
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names what is active; buttons have their own
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { DataSide } from '../../../../shared/contract/tables.ts';
import { formatCount } from '../../../lib/format.ts';
import { ErrorState } from '../../../ui/error-state.tsx';
import { useTallScroll } from '../../../ui/use-tall-scroll.ts';
import type { TableSort } from '../data-search.ts';
import { CellDialog } from './cell-dialog.tsx';
import { GridHead, HEAD_HEIGHT } from './grid-head.tsx';
import { cellElementId, GridRow, ROW_HEIGHT } from './grid-row.tsx';
import classes from './table.module.css';
import { type Column, useColumns } from './use-columns.ts';
import { useProfile } from './use-profile.ts';
import { type GridState, useTableRows } from './use-table.ts';

type Props = {
  project: string;
  side: DataSide;
  columns: readonly Column[];
  /** changes when the table does */
  stamp: string;
  condition: string;
  search: string;
  sort: TableSort | null;
  onSort: (sort: TableSort | null) => void;
  onFilter: (part: string) => void;
  onState: (state: GridState) => void;
  /** what is said when no row fits */
  empty: ReactNode;
  /** what is said when the condition cannot be used */
  refused: ReactNode;
};

/** The rows of a table, however many: only what is on the screen is in the page. Arrows move over cells, Enter opens one whole. */
export function TableGrid(props: Props) {
  const { project, side, columns, condition, search, sort, onState } = props;
  const box = useRef<HTMLDivElement>(null);
  const [count, setCount] = useState(0);
  const [cursor, setCursor] = useState({ row: 0, column: 0 });
  const [opened, setOpened] = useState<{ row: number; column: string } | null>(null);
  const lead = 20 + formatCount(Math.max(1, count)).length * 6;
  const placed = useColumns(box, columns, lead);
  const scroll = useTallScroll(box, count, ROW_HEIGHT, HEAD_HEIGHT);
  const table = useTableRows({ project, side, condition, search, sort }, placed.blocks, scroll.first, scroll.last);
  const { total, stale, error } = table;
  const profiles = useProfile(
    { project, side, condition, stamp: props.stamp, near: placed.near },
    total !== undefined && !stale && error === null,
  );

  useEffect(() => setCount(total ?? 0), [total]);
  useEffect(
    () => onState({ total: stale ? undefined : total, busy: table.loading, error }),
    [onState, total, stale, table.loading, error],
  );
  const { moveTo } = scroll;
  const view = JSON.stringify([condition, search, sort]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another view begins at its top
  useEffect(() => {
    moveTo(0);
    setCursor((before) => ({ row: 0, column: before.column }));
  }, [view]);

  const point = (row: number, column: number): void => {
    const to = {
      row: Math.max(0, Math.min(count - 1, row)),
      column: Math.max(0, Math.min(columns.length - 1, column)),
    };
    setCursor(to);
    scroll.reveal(to.row);
    placed.reveal(to.column);
  };
  const open = (row: number, column: number): void => {
    const found = table.rowAt(row);
    if (found) setOpened({ row: found.row, column: columns[column]!.name });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== box.current || event.altKey) return;
    const { row, column } = cursor;
    const far = event.ctrlKey || event.metaKey;
    const page = Math.max(1, Math.floor(scroll.view / ROW_HEIGHT) - 1);
    if (event.key === 'ArrowDown') point(far ? count - 1 : row + 1, column);
    else if (event.key === 'ArrowUp') point(far ? 0 : row - 1, column);
    else if (event.key === 'ArrowRight') point(row, far ? columns.length - 1 : column + 1);
    else if (event.key === 'ArrowLeft') point(row, far ? 0 : column - 1);
    else if (event.key === 'PageDown') point(row + page, column);
    else if (event.key === 'PageUp') point(row - page, column);
    else if (event.key === 'Home') point(far ? 0 : row, 0);
    else if (event.key === 'End') point(far ? count - 1 : row, columns.length - 1);
    else if (event.key === 'Enter' || event.key === ' ') open(row, column);
    else if (far && event.key === 'c' && String(getSelection()) === '') {
      const value = table.rowAt(row)?.cell(column);
      if (value != null) void navigator.clipboard.writeText(value);
    } else return;
    event.preventDefault();
  };

  const indexes = Array.from({ length: Math.max(0, scroll.last - scroll.first + 1) }, (_, i) => scroll.first + i);
  const failed = error !== null && props.refused === null;
  const over = props.refused ?? (total === 0 && !stale ? props.empty : null);
  return (
    <>
      <div
        ref={box}
        role="grid"
        tabIndex={0}
        aria-label="Rows"
        aria-rowcount={count + 1}
        aria-colcount={columns.length + 1}
        aria-activedescendant={table.rowAt(cursor.row) ? cellElementId(cursor.row, cursor.column) : undefined}
        className={`${classes.box} ${stale ? classes.stale : ''}`}
        onKeyDown={onKeyDown}
      >
        <GridHead
          shown={placed.shown}
          width={placed.width}
          lead={lead}
          profiles={profiles}
          sort={sort}
          onSort={props.onSort}
          onResize={placed.resize}
          onFilter={props.onFilter}
        />
        {failed ? <ErrorState error={error} title="The rows could not be read" onRetry={table.retry} /> : null}
        {over ? <div className={classes.over}>{over}</div> : null}
        <div
          role="presentation"
          style={{ width: placed.width, height: over || failed ? 0 : scroll.height, minWidth: '100%' }}
        >
          <div
            className={classes.layer}
            role="presentation"
            style={{ top: HEAD_HEIGHT, height: over || failed ? 0 : Math.min(scroll.view, count * ROW_HEIGHT) }}
          >
            {indexes.map((index) => (
              <GridRow
                key={index}
                row={table.rowAt(index)}
                index={index}
                top={index * ROW_HEIGHT - scroll.top}
                width={placed.width}
                lead={lead}
                shown={placed.shown}
                cursor={cursor.row === index ? cursor.column : null}
                onPoint={point}
                onOpen={open}
              />
            ))}
          </div>
        </div>
      </div>
      <CellDialog project={project} side={side} cell={opened} onClose={() => setOpened(null)} />
    </>
  );
}
