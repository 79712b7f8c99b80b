import { batchesOf } from '../tables/batches.ts';
import type { Database } from '../tables/database.ts';
import type { Source, SourceColumn } from '../tables/side.ts';
import { differs, type Pair } from './unify.ts';

const AT_ONCE = 200;

const MOST_COPIED = 60_000_000;

/**
 * Compares the columns of the rows whose hashes differ and leaves a table `x` of those that really do (equal values may hash apart inside of
 * nested ones, and tolerance forgives), and `oc` and `nc`, which look like `o` and `n` and have at least the rows of `x`.
 * @param placed whether `od` and `nd` hold these rows
 * @returns changed rows, and changed cells by pair
 */
export async function countCells(
  db: Database,
  pairs: readonly Pair[],
  placed: boolean,
): Promise<{ changed: number; cells: number[] }> {
  const [candidates = 0] = await db.numbers('SELECT count(*) FROM j WHERE c');
  const few = candidates * pairs.length <= MOST_COPIED;
  for (const side of ['o', 'n'])
    await db.run(
      placed
        ? `CREATE VIEW ${side}c AS FROM ${side}d`
        : few
          ? `CREATE TABLE ${side}c AS SELECT * FROM ${side} ${candidates === 0 ? 'LIMIT 0' : `WHERE rn IN (SELECT ${side} FROM j WHERE c)`}`
          : `CREATE VIEW ${side}c AS FROM ${side}`,
    );
  const tests = pairs.map((pair, i) => differs(pair, i));
  await db.run('CREATE TABLE x (ro UINTEGER, rm UINTEGER)');
  if (candidates === 0) return { changed: 0, cells: pairs.map(() => 0) };
  const some = batchesOf(tests, AT_ONCE);
  // one flat list: a chain of OR over hundreds of columns would nest too deep
  const real = some.map(
    (batch) =>
      `SELECT ro, rm FROM (SELECT o AS ro, n AS rm FROM j WHERE c) ${BOTH} WHERE true IN (${batch.join(', ')})`,
  );
  if (real.length === 1) await db.run(`INSERT INTO x ${real[0]}`);
  else {
    await db.run('CREATE TABLE xs AS FROM x');
    for (const sql of real) await db.run(`INSERT INTO xs ${sql}`);
    await db.run('INSERT INTO x SELECT DISTINCT ro, rm FROM xs');
    await db.run('DROP TABLE xs');
  }
  const cells: number[] = [];
  for (const batch of some) {
    const counts = batch.map((test) => `count(*) FILTER (WHERE ${test})`).join(', ');
    cells.push(...(await db.numbers(`SELECT ${counts} FROM ${BOTH}`)));
  }
  const [changed = 0] = await db.numbers('SELECT count(*) FROM x');
  return { changed, cells };
}

/** Changed rows with both sides' cells, as `o.u…` and `n.u…`. */
export const BOTH = 'x JOIN oc o ON o.rn = x.ro JOIN nc n ON n.rn = x.rm';

/** NULLs by column of a side, in the order of its columns. */
export async function countNulls(db: Database, side: Source): Promise<number[]> {
  const counts: number[] = [];
  for (const some of batchesOf(side.columns, AT_ONCE))
    counts.push(
      ...(await db.numbers(`SELECT ${some.map((column) => `count(${plainer(column)})`).join(', ')} FROM ${side.view}`)),
    );
  return counts.map((count) => side.rows - count);
}

/** A text and the value cast from it are NULL together; the one without a cast is counted without a look at the rows. */
const plainer = ({ raw, typed }: SourceColumn): string => (typed.startsWith('CAST(') ? raw : typed);
