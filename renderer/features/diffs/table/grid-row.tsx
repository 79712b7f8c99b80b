import { memo } from 'react';
import { isNumeric } from '../../../../shared/type-words.ts';
import { formatCount, plural } from '../../../lib/format.ts';
import classes from './grid.module.css';
import { GridCell } from './grid-cell.tsx';
import type { GridRow } from './use-diff-rows.ts';
import type { PlacedColumn } from './use-grid-layout.ts';

export const ROW_HEIGHT = 28;

const MARKS = { added: '+', removed: '−', changed: '~', unchanged: '', gap: '' } as const;

/** The id of a cell's element, for `aria-activedescendant`. */
export function cellId(row: number, column: string): string {
  return `diff-cell-${row}-${encodeURIComponent(column)}`;
}

type Props = {
  /** undefined while its page is on its way */
  row: GridRow | undefined;
  index: number;
  top: number;
  lead: readonly PlacedColumn[];
  rest: readonly PlacedColumn[];
  /** width of a row number */
  number: number;
  leadWidth: number;
  restWidth: number;
  split: boolean;
  /** what rows that are left out are called */
  gapOf: string;
  /** the column of the chosen cell, when it is in this row */
  chosen: string | null;
  onChoose: (index: number, column: string, open: boolean) => void;
};

/** One row of the grid. Drawn anew only when something of its own changed. */
export const DiffGridRow = memo(function DiffGridRow(props: Props) {
  const { row, index, top, leadWidth, restWidth } = props;
  const place = { transform: `translateY(${top}px)`, width: leadWidth + restWidth, minWidth: '100%' };
  if (row?.kind === 'gap')
    return (
      // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus
      // biome-ignore lint/a11y/useSemanticElements: a grid of divs, because rows and columns are placed by hand
      <div role="row" aria-rowindex={index + 2} className={`${classes.row} ${classes.gap}`} style={place}>
        {/* biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus */}
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <span role="gridcell" className={classes.gapText}>
          {plural(row.skipped ?? 0, props.gapOf)}
        </span>
      </div>
    );
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the cell it is on
    // biome-ignore lint/a11y/useSemanticElements: a grid of divs, because rows and columns are placed by hand
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classes.row}
      data-kind={row?.kind}
      data-moved={row?.moved || undefined}
      data-current={props.chosen !== null || undefined}
      style={place}
    >
      <div className={classes.lead} style={{ width: leadWidth }} role="presentation">
        <Marks row={row} number={props.number} />
        {props.lead.map((one) => (
          <Cell key={one.column.name} {...props} placed={one} frozen />
        ))}
      </div>
      <div className={classes.rest} style={{ width: restWidth }} role="presentation">
        {props.rest.map((one) => (
          <Cell key={one.column.name} {...props} placed={one} frozen={false} />
        ))}
      </div>
    </div>
  );
});

function Marks({ row, number }: { row: GridRow | undefined; number: number }) {
  const title = row ? `${row.kind}${row.moved ? ', moved' : ''}` : undefined;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the cell it is on
    // biome-ignore lint/a11y/useSemanticElements: a grid of divs, because rows and columns are placed by hand
    <div role="rowheader" aria-label={title} title={title} className={classes.marks}>
      <span className={classes.mark}>{row?.moved ? '↕' : row ? MARKS[row.kind] : ''}</span>
      <span className={classes.number} style={{ width: number }}>
        {row && row.before !== null ? formatCount(row.before + 1) : ''}
      </span>
      <span className={classes.number} style={{ width: number }}>
        {row && row.after !== null ? formatCount(row.after + 1) : ''}
      </span>
    </div>
  );
}

function Cell({
  row,
  index,
  split,
  chosen,
  onChoose,
  placed,
  frozen,
}: Props & { placed: PlacedColumn; frozen: boolean }) {
  const { column, start, width } = placed;
  const cell = row?.cell(column.name);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the cell it is on
    // biome-ignore lint/a11y/useSemanticElements: a grid of divs, because rows and columns are placed by hand
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid listens for keys
    <div
      role="gridcell"
      id={cellId(index, column.name)}
      className={classes.cell}
      data-numeric={isNumeric(column.typeAfter ?? column.typeBefore) || undefined}
      data-changed={cell?.changed || undefined}
      data-chosen={chosen === column.name || undefined}
      data-absent={(cell && cell.old === undefined && cell.now === undefined) || undefined}
      style={frozen ? { width } : { width, transform: `translateX(${start}px)` }}
      onClick={() => onChoose(index, column.name, cell?.changed ?? false)}
      onDoubleClick={() => onChoose(index, column.name, true)}
    >
      {row ? (
        <GridCell cell={cell} kind={row.kind} column={column} split={split} />
      ) : (
        <span className={classes.ghost} />
      )}
    </div>
  );
}
