import { AppError } from '../../../shared/errors.ts';
import { batchesOf } from '../tables/batches.ts';
import type { Database } from '../tables/database.ts';
import type { Source } from '../tables/side.ts';
import { type Facts, factsOf, sameAtPlaces } from './key-facts.ts';
import type { KeyUsed } from './types.ts';
import type { Pair } from './unify.ts';

const SAMPLE = 10_000;
/** A set of values takes megabytes, however few there are. */
const AT_ONCE = 50;
const MOST_CHECKED = 6;
/** A found pair of columns must know again at least this share of the rows, or it would hide every edit behind remove and add. */
const PAIR_OVERLAP = 0.5;

export type Key = KeyUsed & { pairs: Pair[]; duplicatesBefore: number; duplicatesAfter: number; nulls: boolean };

/** No key: rows are matched by all their cells. */
export const NO_KEY: Key = {
  columns: [],
  source: 'none',
  uniqueBefore: null,
  uniqueAfter: null,
  pairs: [],
  duplicatesBefore: 0,
  duplicatesAfter: 0,
  nulls: false,
};

/** @throws AppError BAD_REQUEST when a side has no such column */
export async function declaredKey(
  db: Database,
  before: Source,
  after: Source,
  pairs: readonly Pair[],
  columns: readonly string[],
  placed: boolean,
): Promise<Key> {
  const keys = columns.map((column) => {
    const pair = pairs.find(({ now, old }) => now.name === column || old.name === column);
    if (!pair) {
      const sides = [before, after].map((side) => side.columns.some(({ name }) => name === column));
      const where = sides[0] ? 'the new table' : sides[1] ? 'the old table' : 'either table';
      const known = pairs
        .slice(0, 12)
        .map(({ now }) => now.name)
        .join(', ');
      throw new AppError(
        'BAD_REQUEST',
        `There is no key column "${column}" in ${where}. Both have: ${known || 'no column of one name'}.`,
      );
    }
    return pair;
  });
  const old = await factsOf(db, before, keys, 'before');
  const same = before === after || (placed && (await sameAtPlaces(db, keys, pairs)));
  const now = same ? old : await factsOf(db, after, keys, 'after');
  return keyOf(keys, 'declared', old, now);
}

/**
 * A column, else two, that are unique and never NULL on both sides: the one that knows most rows again, names like `id` first, then the
 * leftmost.
 * @param placed `od` and `nd` hold the rows outside equal blocks
 */
export async function findKey(
  db: Database,
  before: Source,
  after: Source,
  pairs: readonly Pair[],
  placed: boolean,
): Promise<Key> {
  if (before.rows === 0 || after.rows === 0) return NO_KEY;
  const usable = pairs.filter(
    ({ type }) => !/^(FLOAT|DOUBLE|BOOLEAN)$|[[(]|MAP|BLOB|BIT/.test(type) || /^DECIMAL\(\d+,0\)/.test(type),
  );
  if (usable.length === 0) return NO_KEY;
  const rows = Math.min(before.rows, SAMPLE);
  const known: { pair: Pair; distinct: number }[] = [];
  // of a wide table the columns with likely names come first, and the first that will do ends the search
  const wide = usable.length > AT_ONCE;
  const ordered = wide ? usable.toSorted((a, b) => likeId(b) - likeId(a)) : usable;
  for (const some of batchesOf(ordered, AT_ONCE)) {
    const distinct = await distinctOf(db, before, some);
    known.push(...some.map((pair, i) => ({ pair, distinct: distinct[i]! })));
    const single = some.filter((_, i) => distinct[i] === rows).sort((a, b) => likeId(b) - likeId(a));
    const tries = single.slice(0, MOST_CHECKED).map((pair) => [pair]);
    const best = await bestOf(db, before, after, tries, 0, placed ? pairs : null);
    if (best) return best;
  }
  const byDistinct = known
    .filter(({ distinct }) => distinct > 1)
    .sort((a, b) => b.distinct - a.distinct)
    .slice(0, 4)
    .map(({ pair }) => pair)
    .sort((a, b) => usable.indexOf(a) - usable.indexOf(b));
  if (pairs.length < 3) return NO_KEY;
  const two = byDistinct.flatMap((a, i) => byDistinct.slice(i + 1).map((b) => [a, b]));
  return (await bestOf(db, before, after, two, PAIR_OVERLAP, placed ? pairs : null)) ?? NO_KEY;
}

async function bestOf(
  db: Database,
  before: Source,
  after: Source,
  tries: Pair[][],
  least: number,
  placed: readonly Pair[] | null,
): Promise<Key | null> {
  let best: { key: Key; score: number } | null = null;
  for (const keys of tries) {
    const old = await factsOf(db, before, keys, 'before', SAMPLE);
    if (!unique(old)) continue;
    const oldAll = before.rows <= SAMPLE ? old : await factsOf(db, before, keys, 'before');
    if (!unique(oldAll)) continue;
    // the same values at the same places are as unique as they were, and all known again
    const same = placed !== null && (await sameAtPlaces(db, keys, placed));
    const now = same ? oldAll : await factsOf(db, after, keys, 'after');
    if (!unique(now)) continue;
    const overlap = same ? 1 : await overlapOf(db, before, after, keys);
    const score = overlap + (keys.some((pair) => likeId(pair) > 0) ? 0.5 : 0);
    if (overlap <= least || (best && best.score >= score)) continue;
    best = { key: keyOf(keys, 'found', oldAll, now), score };
    if (overlap > 0.99 && likeId(keys[0]!) > 0) break;
  }
  return best?.key ?? null;
}

const unique = (facts: Facts): boolean => facts.distinct === facts.rows && facts.complete === facts.rows;

function keyOf(pairs: Pair[], source: 'declared' | 'found', old: Facts, now: Facts): Key {
  return {
    columns: pairs.map((pair) => pair.now.name),
    source,
    uniqueBefore: unique(old),
    uniqueAfter: unique(now),
    pairs,
    duplicatesBefore: old.rows - old.distinct,
    duplicatesAfter: now.rows - now.distinct,
    nulls: old.complete < old.rows || now.complete < now.rows,
  };
}

/** By column how many different values the first rows have, NULL not among them. */
async function distinctOf(db: Database, side: Source, pairs: readonly Pair[]): Promise<number[]> {
  const counts = pairs.map((pair) => `count(DISTINCT ${pair.before})`).join(', ');
  return db.numbers(`SELECT ${counts} FROM (FROM ${side.view} LIMIT ${SAMPLE})`);
}

/** The share of old rows, by their first few thousand, whose key the new side has. */
async function overlapOf(db: Database, before: Source, after: Source, keys: readonly Pair[]): Promise<number> {
  const cells = (which: 'before' | 'after'): string => keys.map((key, k) => `${key[which]} AS k${k}`).join(', ');
  const on = keys.map((_, k) => `o.k${k} = n.k${k}`).join(' AND ');
  const [share = 0] = await db.numbers(
    `SELECT count(*) / least(${before.rows}, ${SAMPLE}) FROM (SELECT ${cells('before')} FROM ${before.view} LIMIT ${SAMPLE}) o
     SEMI JOIN (SELECT ${cells('after')} FROM ${after.view}) n ON ${on}`,
  );
  return share;
}

function likeId({ now }: Pair): number {
  if (/^(id|uuid|guid|key|pk|index|idx|rowid|row_id)$/i.test(now.name)) return 3;
  if (/(^|[_\W])(id|uuid|key)$|Id$|ID$/.test(now.name)) return 2;
  return 0;
}
