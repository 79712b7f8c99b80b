import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { RowFilter, TableDiff } from '../../../../shared/contract/diffs.ts';
import { api } from '../../../lib/client.ts';
import { errorText } from '../../../lib/errors.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingRows } from '../../../ui/loading.tsx';
import { useTallScroll } from '../../../ui/use-tall-scroll.ts';
import { USUAL_KINDS } from '../diff-search.ts';
import { useDiffsStore } from '../diffs-store.ts';
import type { ViewProps } from '../view-props.ts';
import { copyCell } from './copy-cell.ts';
import classes from './grid.module.css';
import { askedColumns } from './grid-columns.ts';
import { GridHead } from './grid-head.tsx';
import { moveCell } from './grid-keys.ts';
import { cellId, DiffGridRow, ROW_HEIGHT } from './grid-row.tsx';
import { type GridRow, useDiffRows } from './use-diff-rows.ts';
import { useGridLayout } from './use-grid-layout.ts';
import { useJumpKeys } from './use-jump-keys.ts';
import type { Jump } from './use-next-change.ts';

const HEAD_HEIGHT = 30;

type Props = ViewProps<TableDiff> & {
  filter: RowFilter;
  jump: Jump;
  onTotal: (total: number | undefined) => void;
  /** the row of the chosen cell, as far as it is known */
  onRow: (row: GridRow | undefined) => void;
  onSearch: () => void;
};

/** All rows that the filter lets through; only what is on the screen is in the page, whether by rows or by columns. */
export function DiffGrid({ place, opened, diff, filter, jump, onTotal, onRow, onSearch }: Props) {
  const queries = useQueryClient();
  const again = (): void => void queries.invalidateQueries({ queryKey: api.diffs.open.key() });
  const table = useRef<HTMLDivElement>(null);
  const { cell, setCell, inspect, inspecting, setReady } = useDiffsStore();
  const split = place.search.view === 'split';
  const layout = useGridLayout(table, diff, place.search.cols, split, place.search.order ?? 'changed');
  const [total, setTotal] = useState(0);
  const scroll = useTallScroll(table, total, ROW_HEIGHT, HEAD_HEIGHT);
  const all = useMemo(() => diff.columns.map((column) => column.name), [diff.columns]);
  const shown = useMemo(() => layout.rest.map((one) => one.column.name), [layout.rest]);
  const asked = askedColumns(all.length, diff.key.columns, shown, layout.first, layout.last);
  const askedKey = asked?.join('\n');
  const rows = useDiffRows({
    project: place.project,
    id: opened.id,
    filter,
    // biome-ignore lint/correctness/useExhaustiveDependencies: the key says which columns are asked for
    columns: useMemo(() => asked, [askedKey]),
    all,
    first: scroll.first,
    last: scroll.last,
  });
  const failed = rows.error !== null;
  useEffect(() => {
    setTotal(rows.total ?? 0);
    onTotal(rows.total);
    if (rows.total !== undefined || failed) setReady();
  }, [onTotal, rows.total, failed, setReady]);

  // what a filter leaves out need not be unchanged
  const plain = filter.changedIn.length === 0 && !filter.columnSet && !filter.transition && filter.search === '';
  const gapOf = plain && USUAL_KINDS.every((kind) => filter.kinds.includes(kind)) ? 'unchanged row' : 'other row';
  const filterKey = JSON.stringify(filter);
  const { moveTo, reveal } = scroll;
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows begin at their top
  useEffect(() => {
    moveTo(0);
    setCell(null);
  }, [filterKey, moveTo, setCell]);

  const chosenRow = cell ? rows.rowAt(cell.row) : undefined;
  useEffect(() => onRow(chosenRow), [onRow, chosenRow]);
  const { reveal: revealColumn } = layout;
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the cell, not the layout
  useEffect(() => {
    if (!cell) return;
    reveal(cell.row);
    if (cell.column) revealColumn(cell.column);
  }, [cell, reveal, inspecting]);

  const choose = useCallback(
    (row: number, column: string, open: boolean): void => {
      setCell({ row, column });
      if (open) inspect(true);
    },
    [setCell, inspect],
  );

  // a jump to a change has no column yet: the one before, if it changed here too, else the first one that did
  const lastColumn = useRef('');
  useEffect(() => {
    if (cell && cell.column !== '') lastColumn.current = cell.column;
    if (cell?.column !== '' || !chosenRow) return;
    const changed = (name: string): boolean => chosenRow.cell(name)?.changed === true;
    const column = changed(lastColumn.current) ? lastColumn.current : (layout.names.find(changed) ?? layout.names[0]);
    if (column) setCell({ row: cell.row, column });
  }, [cell, chosenRow, layout.names, setCell]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.target !== table.current) return;
    const jumping = event.ctrlKey || event.metaKey;
    const page = Math.max(1, Math.floor(scroll.view / ROW_HEIGHT) - 1);
    const next = moveCell(event.key, jumping, { cell, columns: layout.names, rows: total, page });
    if (next) setCell(next);
    else if (jumping && event.key === 'c' && !getSelection()?.toString()) copyCell(chosenRow, cell?.column);
    else if (!jumping && event.key === 'Enter' && cell) inspect(true);
    else if (!jumping && event.key === 'Escape') inspect(false);
    else return;
    event.preventDefault();
  };
  useJumpKeys(table, {
    j: () => void jump.next(false),
    k: () => void jump.next(true),
    J: () => void jump.next(false, cell?.column ?? null),
    K: () => void jump.next(true, cell?.column ?? null),
    '/': onSearch,
  });

  if (rows.error && total === 0)
    return (
      <ErrorState
        error={rows.error}
        title="The rows could not be read"
        onRetry={rows.retry}
        action={
          <Button variant="default" onClick={again}>
            Compare again
          </Button>
        }
      />
    );
  const numbers = Array.from({ length: Math.max(0, scroll.last - scroll.first + 1) }, (_, i) => scroll.first + i);
  return (
    <div className={classes.gridBox}>
      {/* biome-ignore lint/a11y/useSemanticElements: a grid of divs, because rows and columns are placed by hand */}
      <div
        ref={table}
        role="grid"
        tabIndex={0}
        aria-label="Rows of the comparison"
        aria-rowcount={total + 1}
        aria-colcount={layout.names.length + 1}
        aria-activedescendant={cell ? cellId(cell.row, cell.column) : undefined}
        className={classes.grid}
        data-stale={rows.stale || undefined}
        onKeyDown={onKeyDown}
      >
        <GridHead layout={layout} split={split} />
        <div
          role="presentation"
          style={{ height: scroll.height, width: layout.leadWidth + layout.restWidth, minWidth: '100%' }}
        >
          <div
            role="presentation"
            className={classes.layer}
            style={{ top: HEAD_HEIGHT, height: Math.min(scroll.view, scroll.height) }}
          >
            {numbers.map((index) => (
              <DiffGridRow
                key={index}
                row={rows.rowAt(index)}
                index={index}
                top={index * ROW_HEIGHT - scroll.top}
                lead={layout.lead}
                rest={layout.onScreen}
                number={layout.number}
                leadWidth={layout.leadWidth}
                restWidth={layout.restWidth}
                split={split}
                gapOf={gapOf}
                chosen={cell?.row === index ? cell.column : null}
                onChoose={choose}
              />
            ))}
          </div>
        </div>
      </div>
      {rows.total === undefined ? (
        <div className={classes.opening}>
          <LoadingRows rows={18} height={ROW_HEIGHT} />
        </div>
      ) : null}
      {rows.total === 0 ? <NoRows {...{ place, diff }} /> : null}
      {rows.error ? (
        <div className={classes.notice} role="alert">
          {errorText(rows.error)}
          <Button size="compact-xs" variant="default" onClick={again}>
            Compare again
          </Button>
        </div>
      ) : null}
      {jump.none ? (
        <div className={classes.notice} role="status">
          No {jump.none} change
        </div>
      ) : null}
    </div>
  );
}

function NoRows({ place, diff }: Pick<Props, 'place' | 'diff'>) {
  const { search } = place;
  const filtered = search.in || search.set || search.was || search.q;
  return (
    <div className={classes.nothing}>
      <EmptyState
        title={filtered ? 'No row fits the filters' : 'No row of these kinds'}
        action={
          filtered ? (
            <Button
              variant="default"
              onClick={() => place.show({ in: undefined, set: undefined, was: undefined, q: undefined })}
            >
              Clear the filters
            </Button>
          ) : diff.rows.unchanged > 0 ? (
            <Button
              variant="default"
              onClick={() => place.show({ show: ['added', 'removed', 'changed', 'unchanged'] })}
            >
              Show unchanged rows
            </Button>
          ) : null
        }
      />
    </div>
  );
}
