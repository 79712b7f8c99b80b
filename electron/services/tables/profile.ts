import type { ColumnProfile } from '../../../shared/contract/tables.ts';
import { readColumnStats } from './column-stats.ts';
import { conditionError, NAMED, whereOf } from './condition.ts';
import type { Database } from './database.ts';
import type { Session } from './session.ts';
import { ROW, type SourceColumn } from './side.ts';
import { readSpread } from './spread.ts';

/** Columns counted in one go: fewer of a long table, so that the first ones are there early. */
const atOnce = (rows: number): number => (rows > 1_000_000 ? 2 : 8);

/**
 * Profiles of columns over the rows that fit a condition, a few columns at a time as they are ready.
 * @throws AppError BAD_REQUEST when the condition cannot be used, CANCELLED
 */
export async function* profileTable(
  session: Session,
  columns: readonly SourceColumn[],
  condition: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ColumnProfile[], void, void> {
  const { view } = session.source;
  const from =
    condition === ''
      ? view
      : `(SELECT * FROM ${view} WHERE ${ROW} IN (SELECT ${ROW} FROM ${NAMED} WHERE ${whereOf(condition)}))`;
  const step = atOnce(session.source.rows);
  for (let at = 0; at < columns.length; at += step) {
    const some = columns.slice(at, at + step);
    yield await session.use(signal, (db) => profileSome(db, some, from, condition));
  }
}

async function profileSome(
  db: Database,
  columns: readonly SourceColumn[],
  from: string,
  condition: string,
): Promise<ColumnProfile[]> {
  try {
    const [[total = 0] = []] = await db.rows(`SELECT count(*) FROM ${from} AS t`);
    const all = await readColumnStats(db, columns, from, Number(total));
    const profiles: ColumnProfile[] = [];
    for (const [i, column] of columns.entries()) {
      const stats = { name: column.name, type: column.type, ...all[i]! };
      profiles.push({ ...stats, spread: await readSpread(db, column, from, stats) });
    }
    return profiles;
  } catch (error) {
    throw condition === '' ? error : conditionError(error, condition);
  }
}
