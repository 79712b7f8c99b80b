import type { ColumnDiff, DiffCell } from '../../../../shared/contract/diffs.ts';
import { isNumeric } from '../../../../shared/type-words.ts';
import { CellText } from './cell-text.tsx';
import classes from './grid.module.css';

type Props = { cell: DiffCell | undefined; kind: string; column: ColumnDiff; split: boolean };

/** A cell of the merged grid: the old value before the new one where it changed, else the one value there is. */
export function GridCell({ cell, kind, column, split }: Props) {
  if (!cell) return <span className={classes.ghost} />;
  const numeric = isNumeric(column.typeAfter ?? column.typeBefore);
  if (split)
    return (
      <span className={classes.halves} data-numeric={numeric || undefined}>
        <span className={classes.half} data-old={cell.changed || kind === 'removed' || undefined}>
          <CellText value={cell.old} />
        </span>
        <span className={classes.half} data-now={cell.changed || kind === 'added' || undefined}>
          <CellText value={cell.now} />
        </span>
      </span>
    );
  if (cell.changed)
    return (
      <span className={classes.change} data-numeric={numeric || undefined}>
        <del className={classes.old}>
          <CellText value={cell.old} />
        </del>
        <span className={classes.arrow} aria-hidden>
          →
        </span>
        <ins className={classes.now}>
          <CellText value={cell.now} />
        </ins>
      </span>
    );
  const value = kind === 'removed' || cell.now === undefined ? cell.old : cell.now;
  return (
    <span className={classes.plain}>
      <CellText value={value} />
    </span>
  );
}
