import type { Database } from '../tables/database.ts';
import type { Source } from '../tables/side.ts';
import type { Pair } from './unify.ts';

/** `distinct` takes NULL for a value; `complete` counts rows without NULL in any of the columns. */
export type Facts = { rows: number; distinct: number; complete: number };

type Which = 'before' | 'after';

const WHOLE = /^U?(TINYINT|SMALLINT|INTEGER|BIGINT)$/;
/** A set of bits is used where it takes at most this many a row, and 128 MB in all. */
const [BITS_A_ROW, MOST_BITS] = [64, 1 << 30];

/** How often values of these columns repeat, exactly. @param limit looks at the first rows only */
export async function factsOf(
  db: Database,
  side: Source,
  keys: readonly Pair[],
  which: Which,
  limit?: number,
): Promise<Facts> {
  const cells = keys.map((key, k) => `${key[which]} AS k${k}`).join(', ');
  const from = `(SELECT ${cells} FROM ${side.view}${limit ? ` LIMIT ${limit}` : ''})`;
  if (!limit && keys.length === 1 && WHOLE.test(keys[0]!.type)) {
    const facts = await bitFacts(db, from);
    if (facts) return facts;
  }
  const names = keys.map((_, k) => `k${k}`);
  const complete = names.map((key) => `${key} IS NOT NULL`).join(' AND ');
  const [rows = 0, distinct = 0, whole = 0] = await db.numbers(
    `SELECT coalesce(sum(c), 0), count(*), coalesce(sum(c) FILTER (${complete}), 0)
     FROM (SELECT ${names.join(', ')}, count(*) AS c FROM ${from} GROUP BY ALL)`,
  );
  return { rows, distinct, complete: whole };
}

/** Whole numbers that lie close together are counted as bits, several times faster than in a hash table; null when they do not. */
async function bitFacts(db: Database, from: string): Promise<Facts | null> {
  const [[rows, complete, low, high] = []] = await db.rows(`SELECT count(*), count(k0), min(k0), max(k0) FROM ${from}`);
  if (low === null || high === null) return null;
  const width = BigInt(String(high)) - BigInt(String(low)) + 1n;
  if (width > BigInt(Math.min(MOST_BITS, BITS_A_ROW * Number(rows) + 1024))) return null;
  const [distinct = 0] = await db.numbers(`SELECT bit_count(bitstring_agg(k0, ${low}, ${high})) FROM ${from}`);
  const nulls = Number(rows) - Number(complete);
  return { rows: Number(rows), distinct: distinct + (nulls > 0 ? 1 : 0), complete: Number(complete) };
}

/** Whether both tables have the same values in these columns, row by row, by the rows outside equal blocks (`od`, `nd`). */
export async function sameAtPlaces(db: Database, keys: readonly Pair[], pairs: readonly Pair[]): Promise<boolean> {
  const same = keys.map((key) => pairs.indexOf(key)).map((i) => `o.u${i} IS NOT DISTINCT FROM n.u${i}`);
  const [other = 0] = await db.numbers(
    `SELECT count(*) FROM od o FULL JOIN nd n ON o.rn = n.rn WHERE o.rn IS NULL OR n.rn IS NULL OR NOT (${same.join(' AND ')})`,
  );
  return other === 0;
}
