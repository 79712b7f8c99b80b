import { AppError } from '../../../shared/errors.ts';
import { ROW } from '../tables/side.ts';
import { columnSql, columnsAt } from './column-sql.ts';
import type { OpenTableDiff } from './table.ts';

const MOST_BYTES = 10_000_000;

/**
 * Both whole values of a cell; a side that has not the column or the row is absent.
 * @throws AppError BAD_REQUEST for a value of more than 10 MB
 */
export async function wholeCell(
  open: OpenTableDiff,
  row: { before: number | null; after: number | null },
  column: string,
): Promise<{ old?: string | null; now?: string | null }> {
  const { old, now } = columnSql(open, columnsAt(open, [column])[0]!);
  const read = async (cell: typeof old, view: string, at: number | null): Promise<string | null | undefined> => {
    if (cell === null || at === null) return undefined;
    const [found] = await open.db.rows(
      `SELECT CASE WHEN strlen(${cell.sql}) <= ${MOST_BYTES} THEN ${cell.sql} END, strlen(${cell.sql}) FROM ${view} WHERE ${ROW} = ${at}`,
    );
    if (!found) return undefined;
    if (Number(found[1]) > MOST_BYTES)
      throw new AppError('BAD_REQUEST', 'This value is larger than 10 MB. Export the changed rows to look at it.');
    return found[0] as string | null;
  };
  const [a, b] = [await read(old, open.before.view, row.before), await read(now, open.after.view, row.after)];
  return { ...(a === undefined ? {} : { old: a }), ...(b === undefined ? {} : { now: b }) };
}
