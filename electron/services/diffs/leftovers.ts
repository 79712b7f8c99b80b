import type { Database } from '../tables/database.ts';
import type { Pair } from './unify.ts';

const MOST_COLUMNS = 64;
/** Comparisons of a cell that pairing by likeness may cost; above it a row is paired only when all its cells but one are equal. */
const MOST_WORK = 20_000_000;

/**
 * Pairs rows of `j` that have no match, so that an edited row is not counted as one removed and one added: first rows that are equal but for
 * one column, then those with most equal cells, at least half of them, the nearest by position first.
 */
export async function pairLeftovers(
  db: Database,
  pairs: readonly Pair[],
  sides: readonly [old: string, now: string],
): Promise<void> {
  let [removed = 0, added = 0] = await leftover(db);
  if (removed === 0 || added === 0) return;
  for (const [i, side] of ['o', 'n'].entries())
    await db.run(
      `CREATE TABLE l${side} AS SELECT s.* FROM ${sides[i]} s SEMI JOIN (SELECT ${side} AS rn FROM j WHERE ${side === 'o' ? 'n' : 'o'} IS NULL) l ON s.rn = l.rn`,
    );
  if (removed * added * pairs.length > MOST_WORK && pairs.length <= MOST_COLUMNS) {
    for (let skip = 0; skip < pairs.length && removed > 0 && added > 0; skip++) {
      await pairAllBut(db, pairs, skip);
      [removed = 0, added = 0] = await leftover(db);
    }
  }
  if (removed * added * pairs.length <= MOST_WORK && removed > 0 && added > 0)
    await pairByLikeness(db, pairs, Math.min(removed, added));
  await db.run('DROP TABLE lo');
  await db.run('DROP TABLE ln');
}

const leftover = (db: Database): Promise<number[]> =>
  db.numbers('SELECT count(*) FILTER (n IS NULL), count(*) FILTER (o IS NULL) FROM j');

async function pairAllBut(db: Database, pairs: readonly Pair[], skip: number): Promise<void> {
  const rest = pairs.flatMap((_, i) => (i === skip ? [] : [`u${i}`])).join(', ');
  const side = (table: string): string =>
    `(SELECT rn, h, row_number() OVER (PARTITION BY h ORDER BY rn) AS k FROM (SELECT rn, hash(${rest}) AS h FROM ${table}))`;
  await db.run(
    `CREATE TABLE m AS SELECT a.rn AS o, b.rn AS n FROM ${side('lo')} a JOIN ${side('ln')} b ON a.h = b.h AND a.k = b.k`,
  );
  await settle(db);
}

/** @param most pairs that there can be */
async function pairByLikeness(db: Database, pairs: readonly Pair[], most: number): Promise<void> {
  const equal = pairs.map((_, i) => `(o.u${i} IS NOT DISTINCT FROM n.u${i})::INT`);
  // list_sum instead of a chain of plus: thousands of columns would nest too deep
  const score = `list_sum([${equal.join(', ')}])`;
  const least = Math.max(1, Math.ceil(pairs.length / 2));
  const [old, now] = [new Set<number>(), new Set<number>()];
  const found: string[] = [];
  // there may be millions, of which the first few thousand are enough when most rows have a likely partner
  const candidates = db.stream(
    `SELECT o.rn, n.rn FROM lo o, ln n WHERE ${score} >= ${least} ORDER BY ${score} DESC, abs(o.rn::BIGINT - n.rn::BIGINT), o.rn, n.rn`,
  );
  for await (const some of candidates) {
    for (const [o, n] of some.map((row) => row.map(Number) as [number, number])) {
      if (old.has(o) || now.has(n)) continue;
      old.add(o);
      now.add(n);
      found.push(`(${o}, ${n})`);
    }
    if (found.length === most) break;
  }
  if (found.length === 0) return;
  await db.run(`CREATE TABLE m AS SELECT o::UINTEGER AS o, n::UINTEGER AS n FROM (VALUES ${found.join(', ')}) v(o, n)`);
  await settle(db);
}

/** Makes matches of the pairs in `m`. */
async function settle(db: Database): Promise<void> {
  await db.run('DELETE FROM j WHERE (n IS NULL AND o IN (SELECT o FROM m)) OR (o IS NULL AND n IN (SELECT n FROM m))');
  await db.run('INSERT INTO j SELECT o, n, true FROM m');
  await db.run('DELETE FROM lo WHERE rn IN (SELECT o FROM m)');
  await db.run('DELETE FROM ln WHERE rn IN (SELECT n FROM m)');
  await db.run('DROP TABLE m');
}
