import type { Database } from '../tables/database.ts';
import type { Source } from '../tables/side.ts';
import { placeHashes } from './row-hash.ts';
import { differs, type Pair } from './unify.ts';

/** Rows of a block. Small, so that a change in every few hundred rows leaves most blocks as they are. */
const BITS = 7;
const BLOCK = 2 ** BITS;
const LEAST_ROWS = 50_000;
const SAMPLES = 3;
const SAMPLE_ROWS = 2048;
const MOST_COLUMNS = 500;
/** Shares of blocks that may differ: in the sample for it to be worth a look, and in the whole for it to be of use. */
const [HOPE, USE] = [0.5, 0.3];

export type Sample = {
  /** share of blocks of the sampled rows that differ between the sides, place by place */
  differing: number;
  /** the pairs that differ at some place */
  pairs: Pair[];
};

/** Compares a few thousand rows of the views `o` and `n` place by place; null for small tables, where it would not pay. */
export async function samplePlaces(
  db: Database,
  before: Source,
  after: Source,
  pairs: readonly Pair[],
): Promise<Sample | null> {
  const least = Math.min(before.rows, after.rows);
  if (least < LEAST_ROWS || pairs.length === 0 || pairs.length > MOST_COLUMNS) return null;
  const tests = pairs.map((pair, i) => differs(pair, i));
  const sums = [0, 0, ...pairs.map(() => 0)];
  for (let s = 0; s < SAMPLES; s++) {
    const from = Math.floor((s * (least - SAMPLE_ROWS)) / (SAMPLES - 1) / BLOCK) * BLOCK;
    const side = (view: string): string => `(SELECT * FROM ${view} LIMIT ${SAMPLE_ROWS} OFFSET ${from})`;
    const counts = await db.numbers(
      `SELECT count(*), count(*) FILTER (d), ${pairs.map((_, i) => `coalesce(sum(s${i}), 0)`).join(', ')} FROM (
         SELECT ${tests.map((test, i) => `count(*) FILTER (${test}) AS s${i}`).join(', ')}, bool_or(true IN (${tests.join(', ')})) AS d
         FROM ${side('o')} o JOIN ${side('n')} n ON o.rn = n.rn GROUP BY o.rn >> ${BITS})`,
    );
    for (const [i, count] of counts.entries()) sums[i]! += count;
  }
  const [blocks = 0, differing = 0, ...cells] = sums;
  return { differing: blocks === 0 ? 1 : differing / blocks, pairs: pairs.filter((_, i) => cells[i]! > 0) };
}

/** `rows` counts what stands outside equal blocks, on each side; `all` blocks are equal when there is nothing. */
export type Places = { rowsBefore: number; rowsAfter: number };

/**
 * Finds the blocks of rows that are equal on both sides at the same place. Leaves a table `d` with the numbers `b` of all other blocks, and
 * their rows as `od` and `nd`, which look like `o` and `n`. Two scans without a join tell so most rows of two versions that differ little.
 * @returns null, and leaves nothing, when too much differs for it to be of use
 */
export async function equalPlaces(
  db: Database,
  before: Source,
  after: Source,
  pairs: readonly Pair[],
  sample: Sample | null,
): Promise<Places | null> {
  if (!sample || sample.differing > HOPE) return null;
  const { first, second } = placeHashes(pairs);
  const blocks = (view: string): string =>
    `(SELECT rn >> ${BITS} AS b, bit_xor(${first}) AS h, bit_xor(${second}) AS g FROM ${view} GROUP BY ALL)`;
  await db.run(
    `CREATE TABLE d AS SELECT coalesce(a.b, c.b) AS b FROM ${blocks('o')} a FULL JOIN ${blocks('n')} c ON a.b = c.b
     WHERE a.h IS DISTINCT FROM c.h OR a.g IS DISTINCT FROM c.g`,
  );
  const [differing = 0] = await db.numbers('SELECT count(*) FROM d');
  if (differing * BLOCK > USE * Math.min(before.rows, after.rows)) {
    await db.run('DROP TABLE d');
    return null;
  }
  for (const side of ['o', 'n'])
    await db.run(`CREATE TABLE ${side}d AS SELECT * FROM ${side} WHERE rn >> ${BITS} IN (FROM d)`);
  const [rowsBefore = 0, rowsAfter = 0] = await db.numbers(
    'SELECT (SELECT count(*) FROM od), (SELECT count(*) FROM nd)',
  );
  return { rowsBefore, rowsAfter };
}

/** SQL of the rows in equal blocks, matched with themselves: `o`, `n`, `c`. */
export function placedRows(rows: number): string {
  return `SELECT r::UINTEGER AS o, r::UINTEGER AS n, false AS c FROM range(${rows}) t(r) WHERE r >> ${BITS} NOT IN (FROM d)`;
}

export async function dropPlaces(db: Database): Promise<void> {
  for (const table of ['d', 'od', 'nd']) await db.run(`DROP TABLE ${table}`);
}
