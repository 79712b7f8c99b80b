import { columnOf } from './columns.ts';
import { type HeaderActions, HeaderCell } from './header-cell.tsx';
import { useRunsStore } from './runs-store.ts';
import classes from './runs-table.module.css';
import { moveColumn } from './table-view.ts';
import type { RunsView } from './use-runs-view.ts';
import type { PlacedColumn, useTableColumns } from './use-table-columns.ts';

type Props = {
  view: RunsView;
  columns: ReturnType<typeof useTableColumns>;
  /** Those of the unpinned columns that are on the screen. */
  rest: readonly PlacedColumn[];
  total: number;
  onCheckAll: (on: boolean) => void;
};

/** The first line of the table, always in sight. */
export function TableHead({ view, columns, rest, total, onCheckAll }: Props) {
  const checked = useRunsStore((state) => state.checked.size);
  const shown = view.columns ?? [];
  const actions: HeaderActions = {
    sort: view.setSort,
    move(id, before) {
      const intoPinned = before !== null && view.pinned.includes(before);
      const pinned = view.pinned.filter((one) => one !== id);
      if (intoPinned) view.setPinned(moveColumn([...pinned, id], id, before));
      else if (view.pinned.includes(id)) view.setPinned(pinned);
      view.setColumns(moveColumn(shown, id, before));
    },
    pin: (id, on) => view.setPinned(on ? [...view.pinned, id] : view.pinned.filter((one) => one !== id)),
    hide: (id) => view.setColumns(shown.filter((one) => one !== id)),
    replace(id, by) {
      view.setColumns([...new Set(shown.map((one) => (one === id ? by : one)))]);
      if (view.pinned.includes(id)) view.setPinned(view.pinned.map((one) => (one === id ? by : one)));
      if (view.sort.key === id) view.setSort({ key: by, desc: view.sort.desc });
    },
    fit(id) {
      const { [id]: _, ...others } = view.widths;
      if (columnOf(id)) view.setWidths(others);
    },
  };
  const cell = (placed: PlacedColumn, absolute: boolean): React.ReactNode => (
    <HeaderCell
      key={placed.column.id}
      placed={placed}
      absolute={absolute}
      pinned={view.pinned.includes(placed.column.id)}
      sort={view.sort}
      actions={actions}
    >
      {placed.column.id === 'name' ? (
        <input
          type="checkbox"
          className={`${classes.check} ${classes.headCheck}`}
          style={{ marginRight: 8, marginLeft: 2 }}
          aria-label="Select all runs of this list"
          checked={checked > 0 && checked >= total}
          ref={(box) => {
            if (box) box.indeterminate = checked > 0 && checked < total;
          }}
          onChange={(event) => onCheckAll(event.currentTarget.checked)}
        />
      ) : null}
    </HeaderCell>
  );
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the buttons in it take the focus
    // biome-ignore lint/a11y/useSemanticElements: the rows and columns of a virtual table are placed by hand, so it is a grid of divs
    <div
      role="row"
      aria-rowindex={1}
      className={classes.head}
      style={{ width: columns.leadWidth + columns.restWidth, minWidth: '100%' }}
    >
      <div className={classes.lead} role="presentation" style={{ width: columns.leadWidth }}>
        {columns.lead.map((placed) => cell(placed, false))}
      </div>
      <div className={classes.rest} role="presentation" style={{ width: columns.restWidth }}>
        {rest.map((placed) => cell(placed, true))}
      </div>
    </div>
  );
}
