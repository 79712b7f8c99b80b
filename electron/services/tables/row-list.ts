import { conditionError, NAMED, whereOf } from './condition.ts';
import type { Database } from './database.ts';
import { type Row, readRows } from './page.ts';
import { couldHold, holds } from './search.ts';
import type { Session } from './session.ts';
import { ROW, type SourceColumn } from './side.ts';

export type View = { condition: string; search: string; sort: { column: string; desc: boolean } | null };

/** More rows than this are copied in their order, because single rows of a large file are slow to come by. */
const COPY_FROM = 5000;
const WINDOW_CELLS = 100_000;
const WINDOWS = 8;

/** The rows of a table that fit a view, in its order. */
export type RowList = {
  readonly total: number;
  rows(
    columns: readonly (SourceColumn | null)[],
    offset: number,
    limit: number,
    signal: AbortSignal | undefined,
  ): Promise<Row[]>;
  drop(): Promise<void>;
};

/** Every row as the file has it. */
export function wholeTable(session: Session): RowList {
  const { view, rows: total } = session.source;
  return {
    total,
    rows: (columns, offset, limit, signal) =>
      session.use(signal, (db) =>
        readRows(db, columns, view, `${ROW} >= ${offset} AND ${ROW} < ${Math.min(total, offset + limit)}`, ROW),
      ),
    drop: async () => {},
  };
}

/**
 * Finds the rows of a view and keeps their numbers in the table `id`. Rows are read a window at a time, so that the next pages are there
 * at once; a long sorted list is also copied in its order, in the background, after which every page is as quick as the first.
 * @throws AppError BAD_REQUEST for a condition that cannot be used; it has been checked before, but may still fail on a value
 */
export async function makeList(
  session: Session,
  id: string,
  view: View,
  signal: AbortSignal | undefined,
): Promise<RowList> {
  const { source } = session;
  const sorted = view.sort && source.columns.find((column) => column.name === view.sort!.column);
  const inOrder = sorted ? `${sorted.typed} ${view.sort!.desc ? 'DESC' : 'ASC'} NULLS LAST, ${ROW}` : ROW;
  const total = await session.use(signal, (db) => fill(db, session, id, view, inOrder));
  let copied = false;
  const dropping = new AbortController();
  const copying =
    sorted && total > COPY_FROM
      ? session
          .use(dropping.signal, (db) =>
            db.run(
              `CREATE TABLE ${id}_copy AS SELECT * FROM ${source.view} ${
                total === source.rows ? '' : `WHERE ${ROW} IN (SELECT r FROM ${id})`
              } ORDER BY ${inOrder}`,
            ),
          )
          .then(
            () => {
              copied = true;
            },
            // windows go on working
            () => {},
          )
      : Promise.resolve();

  const windows = new Map<string, Promise<Row[]>>();
  const windowOf = (columns: readonly (SourceColumn | null)[], at: number, size: number): Promise<Row[]> => {
    const key = `${size} ${at} ${columns.map((column) => column?.name ?? '').join('\0')}`;
    const known = windows.get(key);
    if (known) return known;
    if (windows.size >= WINDOWS) windows.delete(windows.keys().next().value!);
    const reading = session.use(dropping.signal, (db) => readWindow(db, source.view, id, columns, at * size, size));
    windows.set(key, reading);
    reading.catch(() => windows.delete(key));
    return reading;
  };
  return {
    total,
    async rows(columns, offset, limit, own) {
      const end = Math.min(total, offset + limit);
      if (offset >= end) return [];
      if (copied)
        return session.use(own, (db) =>
          readRows(db, columns, `${id}_copy`, `rowid >= ${offset} AND rowid < ${end}`, 'rowid'),
        );
      const size = Math.max(100, Math.min(2000, Math.floor(WINDOW_CELLS / Math.max(1, columns.length))));
      const rows: Row[] = [];
      for (let at = Math.floor(offset / size); at * size < end; at++) {
        const from = Math.max(0, offset - at * size);
        rows.push(...(await windowOf(columns, at, size)).slice(from, end - at * size));
      }
      return rows;
    },
    async drop() {
      dropping.abort();
      await copying;
      await session.use(undefined, async (db) => {
        await db.run(`DROP TABLE IF EXISTS ${id}`);
        await db.run(`DROP TABLE IF EXISTS ${id}_copy`);
      });
    },
  };
}

async function fill(db: Database, session: Session, id: string, view: View, inOrder: string): Promise<number> {
  const { source } = session;
  const parts: string[] = [];
  if (view.search !== '') {
    const columns = source.columns.filter((column) => couldHold(column.type, view.search));
    parts.push(columns.length > 0 ? holds(columns, view.search) : 'false');
  }
  if (view.condition.trim() !== '')
    parts.push(`${ROW} IN (SELECT ${ROW} FROM ${NAMED} WHERE ${whereOf(view.condition)})`);
  const where = parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '';
  // a condition alone needs no join with itself
  const direct = parts.length === 1 && view.condition.trim() !== '' && inOrder === ROW;
  const rows = direct
    ? `SELECT ${ROW} AS r FROM ${NAMED} WHERE ${whereOf(view.condition)}`
    : `SELECT ${ROW} AS r FROM ${source.view} ${where}`;
  try {
    await db.run(`CREATE TABLE ${id} AS ${rows} ORDER BY ${inOrder}`);
  } catch (error) {
    throw view.condition === '' ? error : conditionError(error, view.condition);
  }
  const [total = 0] = await db.numbers(`SELECT count(*) FROM ${id}`);
  return total;
}

async function readWindow(
  db: Database,
  view: string,
  id: string,
  columns: readonly (SourceColumn | null)[],
  offset: number,
  size: number,
): Promise<Row[]> {
  const numbers = await db.column(
    `SELECT r FROM ${id} WHERE rowid >= ${offset} AND rowid < ${offset + size} ORDER BY rowid`,
    size,
  );
  if (numbers.length === 0) return [];
  // the range lets the reader of a file skip what lies outside; a list of numbers in the query would make it read everything
  const [low, high] = [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
  const wanted = `(SELECT r FROM ${id} WHERE rowid >= ${offset} AND rowid < ${offset + size})`;
  const from = `${view} SEMI JOIN ${wanted} ON ${ROW} = r`;
  const rows = await readRows(db, columns, from, `${ROW} >= ${low} AND ${ROW} <= ${high}`, ROW);
  const byNumber = new Map(rows.map((row) => [row.row, row]));
  return Array.from(numbers, (number) => byNumber.get(number)!);
}
