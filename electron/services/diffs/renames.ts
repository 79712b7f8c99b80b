import type { Database } from '../tables/database.ts';
import { ROW, type Source, type SourceColumn } from '../tables/side.ts';
import { differs, type Pair, pairOf } from './unify.ts';

const SAMPLE = 10_000;
const MOST_PAIRS = 400;
const ENOUGH = 0.9;

export type Unpaired = { removed: SourceColumn[]; added: SourceColumn[] };

export function unpaired(before: Source, after: Source, pairs: readonly Pair[]): Unpaired {
  const [old, now] = [new Set(pairs.map((pair) => pair.old)), new Set(pairs.map((pair) => pair.now))];
  return {
    removed: before.columns.filter((column) => !old.has(column)),
    added: after.columns.filter((column) => !now.has(column)),
  };
}

/** Columns of another name with the very same multiset of texts: count, NULLs and the sum of hashes agree, whatever the order of rows. */
export async function renamedByFingerprint(
  db: Database,
  before: Source,
  after: Source,
  pairs: Pair[],
  asText: boolean,
): Promise<Pair[]> {
  const { removed, added } = unpaired(before, after, pairs);
  if (removed.length === 0 || added.length === 0 || before.rows !== after.rows || before.rows === 0) return [];
  const prints = async (side: Source, columns: SourceColumn[]): Promise<string[]> => {
    const sql = columns.map(({ raw }) => `count(${raw}) || ' ' || coalesce(sum(hash(${raw})::HUGEINT), 0)`);
    return ((await db.rows(`SELECT ${sql.join(', ')} FROM ${side.view}`))[0] ?? []).map(String);
  };
  const [old, now] = [await prints(before, removed), await prints(after, added)];
  const used = new Set<number>();
  return removed.flatMap((column, i) => {
    const j = now.findIndex((print, at) => print === old[i] && !used.has(at));
    // columns without a single value are alike without being one another
    if (j < 0 || old[i]!.startsWith('0 ')) return [];
    used.add(j);
    return [pairOf(column, added[j]!, asText, true)];
  });
}

/**
 * Columns of another name that hold equal values on nine in ten of the rows that the key matches.
 * @param unique whether the key names a row on both sides; of rows that share one the first is looked at, or each would meet each
 */
export async function renamedByRows(
  db: Database,
  before: Source,
  after: Source,
  pairs: readonly Pair[],
  { pairs: keys, unique }: { pairs: readonly Pair[]; unique: boolean },
  asText: boolean,
): Promise<Pair[]> {
  const { removed, added } = unpaired(before, after, pairs);
  if (keys.length === 0 || removed.length * added.length === 0 || removed.length * added.length > MOST_PAIRS) return [];
  const tries = removed.flatMap((old) => added.map((now) => pairOf(old, now, asText, true)));
  const names = keys.map((_, k) => `k${k}`).join(', ');
  const side = (source: Source, which: 'before' | 'after', limit: string): string => {
    const cells = [
      ...keys.map((key, k) => `${key[which]} AS k${k}`),
      ...tries.map((pair, i) => `${pair[which]} AS u${i}`),
    ].join(', ');
    if (unique) return `(SELECT ${cells} FROM ${source.view}${limit})`;
    const numbered = `(SELECT ${ROW} AS rn, ${cells} FROM ${source.view}${limit})`;
    return `(SELECT * FROM ${numbered} QUALIFY row_number() OVER (PARTITION BY ${names} ORDER BY rn) = 1)`;
  };
  const [counts = []] = await db.rows(
    `SELECT count(*), ${tries.map((pair, i) => `count(*) FILTER (NOT ${differs(pair, i)}), count(DISTINCT o.u${i})`).join(', ')}
     FROM ${side(before, 'before', ` LIMIT ${SAMPLE}`)} o JOIN ${side(after, 'after', '')} n ON ${keys.map((_, k) => `o.k${k} = n.k${k}`).join(' AND ')}`,
  );
  const total = Number(counts[0]);
  const ranked = tries
    .map((pair, i) => ({ pair, share: Number(counts[1 + 2 * i]) / total, distinct: Number(counts[2 + 2 * i]) }))
    .filter(({ share, distinct }) => share >= ENOUGH && distinct > 1)
    .sort((a, b) => b.share - a.share);
  const found: Pair[] = [];
  for (const { pair } of ranked)
    if (!found.some((other) => other.old === pair.old || other.now === pair.now)) found.push(pair);
  return found;
}
