import { ROW } from '../tables/side.ts';
import { type MergedOrder, mergedOrder } from './merged-order.ts';
import { selected } from './merged-rows.ts';
import { movedInPieces } from './moved.ts';
import type { OpenTableDiff } from './table.ts';

/** Names of tables that hold only the changed rows of a side, null where the whole side is as good. */
export type Dense = { readonly o: string | null; readonly n: string | null };

/** What the rows of an open table diff are asked with; made once for all pages. */
export type RowMaterial = {
  readonly open: OpenTableDiff;
  readonly order: MergedOrder;
  /** new row numbers of moved rows, rising */
  readonly moved: Uint32Array;
  /** the changed rows by themselves, where that is faster */
  readonly dense: Dense;
};

const MOST_ROWS = 1_000_000;
const MOST_CELLS = 20_000_000;
/** A side of fewer rows is searched fast enough. */
const FEW_ROWS = 200_000;

/**
 * The order in which rows are shown. Leaves a table `ch` with a row for each change: `kind`, `ro`, `rm`, in order.
 */
export async function loadOrder(open: OpenTableDiff): Promise<MergedOrder> {
  const { db, after } = open;
  await db.run(
    `CREATE OR REPLACE TABLE ch AS SELECT kind::UTINYINT AS kind, place::UINTEGER AS place, ro, rm FROM ${selected()} ORDER BY place, kind DESC, ro`,
  );
  const [count = 0] = await db.numbers('SELECT count(*) FROM ch');
  const kinds = Uint8Array.from(await db.column('SELECT kind FROM ch', count));
  return mergedOrder(kinds, await db.column('SELECT place FROM ch', count), after.rows);
}

/** New row numbers of the moved rows, rising. */
export async function loadMoved({ db, result }: OpenTableDiff): Promise<Uint32Array> {
  const { rows } = result;
  if (rows.moved === 0) return new Uint32Array();
  const order = await db.column(
    'SELECT n FROM j WHERE o IS NOT NULL AND n IS NOT NULL ORDER BY o',
    Math.min(rows.before, rows.after),
  );
  return movedInPieces(order, () => db.checkStop());
}

/** Copies the changed rows of large sides into tables of their own: rows that lie far apart would each cost a search. */
export async function keepChangedRows(open: OpenTableDiff, order: MergedOrder): Promise<Dense> {
  const { db, before, after } = open;
  const keep = async (own: 'o' | 'n'): Promise<string | null> => {
    const side = own === 'o' ? before : after;
    const changes = order.kinds.length;
    if (side.rows < FEW_ROWS || changes === 0 || changes > MOST_ROWS || changes * side.columns.length > MOST_CELLS)
      return null;
    const rows = own === 'o' ? 'ro' : 'rm';
    await db.run(
      `CREATE OR REPLACE TABLE ${own}_changed AS SELECT * FROM ${side.view} WHERE ${ROW} IN (SELECT ${rows} FROM ch WHERE ${rows} IS NOT NULL)`,
    );
    return `${own}_changed`;
  };
  return { o: await keep('o'), n: await keep('n') };
}
