import { memo } from 'react';
import type { RunRow } from '../../../shared/contract/runs.ts';
import { setHover } from '../../charts/hover-store.ts';
import { runColor, type Scheme } from '../../lib/run-color.ts';
import { NameCell } from './name-cell.tsx';
import type { RowActions } from './row-actions.ts';
import { RunCell } from './run-cell.tsx';
import classes from './runs-table.module.css';
import type { PlacedColumn } from './use-table-columns.ts';

type Props = {
  project: string;
  /** undefined while its page is on its way */
  row: RunRow | undefined;
  index: number;
  top: number;
  lead: readonly PlacedColumn[];
  rest: readonly PlacedColumn[];
  leadWidth: number;
  restWidth: number;
  scheme: Scheme;
  cursor: boolean;
  checked: boolean;
  drawn: boolean;
  hovered: boolean;
  renaming: boolean;
  actions: RowActions;
};

export const ROW_HEIGHT = 32;

/** The id of a row's element, for `aria-activedescendant`. */
export function rowElementId(index: number): string {
  return `run-row-${index}`;
}

/** One run of the table. Drawn anew only when something of its own changed. */
export const TableRow = memo(function TableRow(props: Props) {
  const { row, index, lead, rest, actions } = props;
  const cell = ({ column, start, width }: PlacedColumn, absolute: boolean): React.ReactNode => (
    // biome-ignore lint/a11y/useFocusableInteractive: the table holds the focus and names the row it is on
    // biome-ignore lint/a11y/useSemanticElements: the rows and columns of a virtual table are placed by hand, so it is a grid of divs
    <div
      key={column.id}
      role="gridcell"
      className={column.id === 'name' ? `${classes.cell} ${classes.nameCell}` : classes.cell}
      data-align={column.align}
      data-odd={row && column.group === 'Metrics' && isOdd(column.text(row, 0)) ? '' : undefined}
      style={absolute ? { width, transform: `translateX(${start}px)` } : { width }}
    >
      {row === undefined ? (
        <Ghost index={index} width={width} />
      ) : column.id === 'name' ? (
        <NameCell
          project={props.project}
          row={row}
          index={index}
          color={runColor(row, props.scheme)}
          drawn={props.drawn}
          checked={props.checked}
          renaming={props.renaming}
          actions={actions}
        />
      ) : (
        <RunCell column={column} row={row} />
      )}
    </div>
  );
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the table listens for keys
    // biome-ignore lint/a11y/useFocusableInteractive: the table holds the focus and names the row it is on
    // biome-ignore lint/a11y/useSemanticElements: the rows and columns of a virtual table are placed by hand, so it is a grid of divs
    <div
      role="row"
      id={rowElementId(index)}
      aria-rowindex={index + 2}
      aria-selected={props.checked}
      className={classes.row}
      data-cursor={props.cursor ? '' : undefined}
      data-checked={props.checked ? '' : undefined}
      data-hovered={props.hovered ? '' : undefined}
      style={{ width: props.leadWidth + props.restWidth, minWidth: '100%', transform: `translateY(${props.top}px)` }}
      onClick={() => actions.point(index)}
      onDoubleClick={(event) => {
        if (row && !(event.target as Element).closest('button, input')) actions.open(row.id);
      }}
      onContextMenu={(event) => {
        if (!row) return;
        event.preventDefault();
        actions.point(index);
        actions.menu(row, event.clientX, event.clientY);
      }}
      onMouseEnter={() => row && setHover({ run: props.drawn ? row.id : null })}
      onMouseLeave={() => setHover({ run: null })}
    >
      <div className={classes.lead} style={{ width: props.leadWidth }} role="presentation">
        {lead.map((one) => cell(one, false))}
      </div>
      <div className={classes.rest} style={{ width: props.restWidth }} role="presentation">
        {rest.map((one) => cell(one, true))}
      </div>
    </div>
  );
});

function isOdd(text: string): boolean {
  return text === 'NaN' || text === '∞' || text === '-∞';
}

function Ghost({ index, width }: { index: number; width: number }) {
  return (
    <span className={classes.ghost} style={{ width: Math.max(16, (width - 28) * (0.45 + ((index * 7) % 5) / 10)) }} />
  );
}
