// biome-ignore-all lint/a11y/useSemanticElements: rows and columns are placed by hand, so it is a grid of divs
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names what is active; buttons have their own
import { formatCount } from '../../../lib/format.ts';
import classes from './table.module.css';
import { typeMark } from './types-in-words.ts';
import type { PlacedColumn } from './use-columns.ts';
import type { RowView } from './use-table.ts';

export const ROW_HEIGHT = 26;

type Props = {
  /** undefined while it is on its way */
  row: RowView | undefined;
  index: number;
  top: number;
  width: number;
  lead: number;
  shown: readonly PlacedColumn[];
  /** the column that the cursor is in, when it is in this row */
  cursor: number | null;
  onPoint: (row: number, column: number) => void;
  onOpen: (row: number, column: number) => void;
};

export const cellElementId = (row: number, column: number): string => `cell-${row}-${column}`;

/** One row of the table. */
export function GridRow({ row, index, top, width, lead, shown, cursor, onPoint, onOpen }: Props) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classes.row}
      style={{ width, transform: `translateY(${top}px)` }}
    >
      <div className={classes.index} style={{ width: lead }} role="presentation">
        {row ? formatCount(row.row + 1) : ''}
      </div>
      {shown.map((column) =>
        row && row.cell(column.index) !== undefined ? (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
          <div
            key={column.index}
            id={cellElementId(index, column.index)}
            role="gridcell"
            aria-colindex={column.index + 2}
            className={classes.cell}
            data-right={typeMark(column.type).right || undefined}
            data-cursor={cursor === column.index || undefined}
            style={{ width: column.width, transform: `translateX(${column.start}px)` }}
            onClick={() => onPoint(index, column.index)}
            onDoubleClick={() => onOpen(index, column.index)}
          >
            <CellText value={row.cell(column.index)} />
          </div>
        ) : (
          <span
            key={column.index}
            className={classes.ghost}
            style={{ width: column.width * 0.55, left: column.start + 8 }}
          />
        ),
      )}
    </div>
  );
}

/** A cell as it is: NULL, the empty text and blanks are told apart. */
export function CellText({ value }: { value: string | null | undefined }) {
  if (value == null) return <span className={classes.null}>null</span>;
  if (value === '') return <span className={classes.emptyText}>empty</span>;
  return value.replaceAll(/[\r\n\t]/g, (sign) => (sign === '\n' ? '↵' : sign === '\t' ? '⇥' : '␍'));
}
