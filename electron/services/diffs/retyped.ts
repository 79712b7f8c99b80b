import { typeWords } from '../../../shared/type-words.ts';
import type { Database } from '../tables/database.ts';
import { ROW, type Source, type SourceColumn } from '../tables/side.ts';
import { lostAs } from './lost-as.ts';
import type { ColumnDiff, Finding } from './types.ts';
import type { Pair } from './unify.ts';

/** Cells that keep a column from a narrower type are named when there are at most this many. */
const MOST_BAD = 20;
const NAMED = 3;
const SCALAR = /^[A-Z0-9_ ]+(\(\d+,\d+\))?$/;

/**
 * Says of retyped columns how many old values of matched rows do not survive as the new type (`lost`), and names the few cells for which a
 * column has the wider of two types.
 */
export async function lookAtRetyped(
  db: Database,
  before: Source,
  after: Source,
  pairs: readonly Pair[],
  columns: ColumnDiff[],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const column of columns) {
    const pair = column.status === 'retyped' && pairs.find(({ now }) => now.name === column.name);
    if (!pair || ![pair.old.type, pair.now.type].every((type) => SCALAR.test(type))) continue;
    column.lost = await countLost(db, before, pair);
    column.lossless = column.lost === 0;
    const found =
      (await badCells(db, after, pair.now, pair.old.type, 'became')) ??
      (await badCells(db, before, pair.old, pair.now.type, 'was'));
    if (found) findings.push(found);
  }
  return findings;
}

/** How many old values of matched rows do not survive as the new type. What stands in removed rows was not retyped but removed. */
async function countLost(db: Database, before: Source, { old, now }: Pair): Promise<number> {
  const lost = lostAs(old.typed, old.type, now.type);
  const [anywhere = 0] = await db.numbers(`SELECT count(*) FROM ${before.view} WHERE ${lost}`);
  if (anywhere === 0) return 0;
  const matched = `SELECT o FROM j WHERE o IS NOT NULL AND n IS NOT NULL`;
  const [count = 0] = await db.numbers(`SELECT count(*) FROM ${before.view} WHERE ${lost} AND ${ROW} IN (${matched})`);
  return count;
}

/** The cells of a side that do not fit the other side's type, when the side has most others that do. */
async function badCells(
  db: Database,
  side: Source,
  column: SourceColumn,
  narrow: string,
  how: 'became' | 'was',
): Promise<Finding | null> {
  if (narrow === 'VARCHAR') return null;
  const bad = lostAs(column.typed, column.type, narrow);
  const [count = 0, filled = 0] = await db.numbers(
    `SELECT count(*) FILTER (WHERE ${bad}), count(${column.raw}) FROM ${side.view}`,
  );
  if (count === 0 || count > MOST_BAD || 2 * count > filled) return null;
  const rows = await db.rows(
    `SELECT left((${column.raw})::VARCHAR, 40), ${ROW} FROM ${side.view} WHERE ${bad} ORDER BY 2 LIMIT ${NAMED}`,
  );
  const cells = rows.map(([cell, row]) => `${JSON.stringify(cell)} in row ${Number(row) + 1}`);
  const words = typeWords(column.type, narrow);
  const rest = count > NAMED ? ` and ${count - NAMED} more` : '';
  return {
    code: 'widened_by_cells',
    message: `${column.name}: ${how} ${words.before} instead of ${words.after} for ${cells.join(', ')}${rest}.`,
    column: column.name,
  };
}
