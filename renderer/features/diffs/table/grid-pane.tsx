import { useRef, useState } from 'react';
import type { TableDiff } from '../../../../shared/contract/diffs.ts';
import { rowFilterOf } from '../diff-search.ts';
import { useDiffsStore } from '../diffs-store.ts';
import { CellInspector } from '../inspector/cell-inspector.tsx';
import type { ViewProps } from '../view-props.ts';
import { DiffGrid } from './diff-grid.tsx';
import { FilterChips } from './filter-chips.tsx';
import classes from './grid.module.css';
import { GridToolbar } from './grid-toolbar.tsx';
import type { GridRow } from './use-diff-rows.ts';
import { useNextChange } from './use-next-change.ts';

/** The rows of the comparison with their filters, and beside them the cell that is looked at. */
export function GridPane(props: ViewProps<TableDiff>) {
  const { place, opened, diff } = props;
  const filter = rowFilterOf(place.search, diff.rows);
  const { cell, inspecting, inspect } = useDiffsStore();
  const search = useRef<HTMLInputElement>(null);
  const [row, setRow] = useState<GridRow | undefined>(undefined);
  const [total, setTotal] = useState<number | undefined>(undefined);
  const jump = useNextChange(place.project, opened.id, filter);
  return (
    <div className={classes.pane}>
      <GridToolbar {...props} total={total} search={search} onNext={jump.next} seeking={jump.seeking} />
      <FilterChips place={place} />
      <div className={classes.gridRow}>
        <DiffGrid
          {...props}
          filter={filter}
          jump={jump}
          onTotal={setTotal}
          onRow={setRow}
          onSearch={() => search.current?.focus()}
        />
        {inspecting && cell && row ? (
          <CellInspector
            project={place.project}
            id={opened.id}
            diff={diff}
            row={row}
            column={cell.column}
            onClose={() => inspect(false)}
          />
        ) : null}
      </div>
    </div>
  );
}
