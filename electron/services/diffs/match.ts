import type { Database } from '../tables/database.ts';
import type { Source } from '../tables/side.ts';
import type { Key } from './key.ts';
import { pairLeftovers } from './leftovers.ts';
import { fewestMoved } from './moved.ts';
import { dropPlaces, type Places, placedRows } from './places.ts';
import { rowHashes } from './row-hash.ts';
import type { Pair } from './unify.ts';

/** The share of places that may differ in tables whose rows are matched place by place. */
const NEARLY = 0.1;

/**
 * Matches the rows of the views `o` and `n` and leaves a table `j`: one row for each match and each row without one, with the row numbers
 * `o` and `n` (NULL where there is none) and `c`: do their hashes differ. Rows in equal blocks are matched with themselves, where that is what
 * the key says as well.
 * @returns whether `od` and `nd` hold all rows of `j` whose `c` is true
 */
export async function matchRows(
  db: Database,
  key: Key,
  pairs: readonly Pair[],
  before: Source,
  after: Source,
  places: Places | null,
): Promise<boolean> {
  const unique = key.uniqueBefore && key.uniqueAfter;
  // keys that repeat are paired in order over the whole table; without a key, a shift may be what happened
  const placed = places !== null && (unique || (key.pairs.length === 0 && before.rows === after.rows));
  if (places && !placed) await dropPlaces(db);
  const sides = placed ? (['od', 'nd'] as const) : (['o', 'n'] as const);
  if (key.pairs.length === 0) await matchByContent(db, pairs, sides, placed);
  else await matchByKey(db, key, pairs, sides);
  if (placed) await db.run(`INSERT INTO j ${placedRows(Math.min(before.rows, after.rows))}`);
  return placed;
}

type Sides = readonly [old: string, now: string];

async function matchByKey(db: Database, key: Key, pairs: readonly Pair[], sides: Sides): Promise<void> {
  const { first, second } = rowHashes(pairs);
  const at = key.pairs.map((pair) => pairs.indexOf(pair));
  const cells = at.map((i, k) => `u${i} AS k${k}`).join(', ');
  const plain = key.uniqueBefore && key.uniqueAfter;
  const order = `row_number() OVER (PARTITION BY ${at.map((i) => `u${i}`).join(', ')} ORDER BY rn) AS k${at.length}`;
  const side = (view: string): string =>
    `(SELECT rn, ${first} AS h, ${second} AS g, ${cells}${plain ? '' : `, ${order}`} FROM ${view})`;
  const on = [...at.keys(), ...(plain ? [] : [at.length])].map(
    (k) => `a.k${k} ${plain ? '=' : 'IS NOT DISTINCT FROM'} b.k${k}`,
  );
  await db.run(
    `CREATE TABLE j AS SELECT a.rn AS o, b.rn AS n, coalesce(a.h <> b.h OR a.g <> b.g, false) AS c
     FROM ${side(sides[0])} a FULL JOIN ${side(sides[1])} b ON ${on.join(' AND ')}`,
  );
}

/** Without a key: equal rows are matched by their order of appearance, then what is left over by how much of it is equal. */
async function matchByContent(db: Database, pairs: readonly Pair[], sides: Sides, placed: boolean): Promise<void> {
  const { first, second } = rowHashes(pairs);
  for (const [i, side] of ['o', 'n'].entries())
    await db.run(
      `CREATE TABLE ${side}h AS SELECT rn, ((${first})::UHUGEINT << 64) | (${second})::UHUGEINT AS h FROM ${sides[i]} ORDER BY rn`,
    );
  const [different = 0] = await db.numbers(
    `SELECT count(*) FILTER (oh.h IS DISTINCT FROM nh.h OR oh.rn IS DISTINCT FROM nh.rn) FROM oh POSITIONAL JOIN nh`,
  );
  if (different === 0) {
    await db.run('CREATE TABLE j AS SELECT rn AS o, rn AS n, false AS c FROM oh');
  } else {
    await db.run(`CREATE TABLE j AS ${await anchors(db, different, placed)}`);
    const side = (table: string, own: string): string =>
      `(SELECT rn, h, row_number() OVER (PARTITION BY h ORDER BY rn) AS k FROM ${table} ANTI JOIN j ON ${table}.rn = j.${own})`;
    await db.run(
      `INSERT INTO j SELECT a.rn, b.rn, false FROM ${side('oh', 'o')} a FULL JOIN ${side('nh', 'n')} b ON a.h = b.h AND a.k = b.k`,
    );
    if (pairs.length > 1) await pairLeftovers(db, pairs, sides);
  }
  for (const side of ['o', 'n']) await db.run(`DROP TABLE ${side}h`);
}

/**
 * Equal rows that are matched where they stand, so that an edit among repeated rows does not shift all of them: every place when the tables
 * are as long as each other and nearly equal, else what both begin with and end with.
 */
async function anchors(db: Database, different: number, placed: boolean): Promise<string> {
  const [before = 0, after = 0] = await db.numbers('SELECT (SELECT count(*) FROM oh), (SELECT count(*) FROM nh)');
  const places = 'SELECT oh.rn AS o, nh.rn AS n, false AS c FROM oh JOIN nh ON';
  if (placed || (before === after && different <= before * NEARLY)) return `${places} oh.rn = nh.rn AND oh.h = nh.h`;
  const least = Math.min(before, after);
  const shift = after - before;
  const [start = 0] = await db.numbers(
    `SELECT coalesce(min(oh.rn), ${least}) FROM oh JOIN nh ON oh.rn = nh.rn WHERE oh.h <> nh.h`,
  );
  const [last = 0] = await db.numbers(
    `SELECT coalesce(max(oh.rn) + 1, 0) FROM oh JOIN nh ON oh.rn::BIGINT + ${shift} = nh.rn WHERE oh.h <> nh.h`,
  );
  const end = Math.max(last, start, start - shift);
  return `${places} oh.rn = nh.rn WHERE oh.rn < ${start} UNION ALL ${places} oh.rn::BIGINT + ${shift} = nh.rn WHERE oh.rn >= ${end}`;
}

/** The fewest matched rows that would have to be put elsewhere for the others to stand in the old order. */
export async function countMoved(db: Database, before: Source, after: Source): Promise<number> {
  const [matched = 0, shifted = 0] = await db.numbers(
    'SELECT count(*), count(*) FILTER (o <> n) FROM j WHERE o IS NOT NULL AND n IS NOT NULL',
  );
  if (shifted === 0 || matched < 2) return 0;
  const [backwards = 0] = await db.numbers(
    'SELECT count(*) FILTER (n < p) FROM (SELECT n, lag(n) OVER (ORDER BY o) AS p FROM j WHERE o IS NOT NULL AND n IS NOT NULL)',
  );
  if (backwards === 0) return 0;
  const order = await db.column(
    'SELECT n FROM j WHERE o IS NOT NULL AND n IS NOT NULL ORDER BY o',
    Math.min(before.rows, after.rows),
  );
  return fewestMoved(order, () => db.checkStop());
}
