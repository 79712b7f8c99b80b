import type { Database } from '../tables/database.ts';
import type { Source } from '../tables/side.ts';
import type { Sample } from './places.ts';
import { unpaired } from './renames.ts';
import type { DiffOptions, EarlyVerdict } from './types.ts';
import type { Pair } from './unify.ts';

/** What the two tables' sizes and names say by themselves: another number of rows is a change, whatever the rows hold. */
export function firstWords(before: Source, after: Source, pairs: readonly Pair[]): EarlyVerdict {
  const { added, removed } = unpaired(before, after, pairs);
  return {
    verdict: before.rows === after.rows ? null : 'changed',
    rowsBefore: before.rows,
    rowsAfter: after.rows,
    columnsAdded: added.length,
    columnsRemoved: removed.length,
  };
}

/**
 * Whether some column certainly holds other values than before, whatever the order of rows: of those that differ in the sample, the sum of the
 * hashes of all values is compared. False means that nothing certain is known.
 */
export async function surelyChanged(
  db: Database,
  sample: Sample,
  pairs: readonly Pair[],
  tolerance: DiffOptions['tolerance'],
): Promise<boolean> {
  for (const pair of sample.pairs.slice(0, 2)) {
    if (tolerance?.[''] || tolerance?.[pair.now.name] || tolerance?.[pair.old.name]) continue;
    const i = pairs.indexOf(pair);
    const sums = await db.rows(
      `SELECT sum(hash(u${i}))::VARCHAR FROM o UNION ALL SELECT sum(hash(u${i}))::VARCHAR FROM n`,
    );
    if (sums[0]![0] !== sums[1]![0]) return true;
  }
  return false;
}
