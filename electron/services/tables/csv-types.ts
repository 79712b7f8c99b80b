import { batchesOf } from './batches.ts';
import type { Database } from './database.ts';

const SAMPLE_ROWS = 64;
const [SAMPLED_AT_ONCE, TESTED_AT_ONCE] = [200, 50];

type Kind = { type: string; pattern: string; whole: RegExp };

/** Kinds of text that are values, narrowest first, each with how it is written. No leading zeros: `007` is a name, not a number. */
const KINDS: readonly Kind[] = [
  ['BIGINT', '[+-]?(0|[1-9][0-9]*)'],
  ['DOUBLE', '[+-]?((0|[1-9][0-9]*)([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?|[+-]?(inf|Inf|nan|NaN)'],
  ['DATE', '[0-9]{4}-[0-9]{2}-[0-9]{2}'],
  ['TIMESTAMP', '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?'],
].map(([type, pattern]) => ({ type: type!, pattern: pattern!, whole: new RegExp(`^(?:${pattern})$`) }));

/**
 * By column `c0…` of a table of texts the narrowest type that every cell has, null where no cell has anything. The first rows say what is worth
 * asking all rows; the answer rests on all of them.
 */
export async function typesOf(db: Database, table: string, width: number): Promise<(string | null)[]> {
  const all = Array.from({ length: width }, (_, i) => i);
  const filled: number[] = [];
  const left: Kind[][] = [];
  for (const some of batchesOf(all, SAMPLED_AT_ONCE)) {
    filled.push(...(await db.numbers(`SELECT ${some.map((i) => `count(c${i})`).join(', ')} FROM ${table}`)));
    const rows = await db.rows(`SELECT ${some.map((i) => `c${i}`).join(', ')} FROM ${table} LIMIT ${SAMPLE_ROWS}`);
    for (const at of some.keys()) {
      const cells = rows.map((row) => row[at]).filter((cell) => cell !== null);
      left.push(KINDS.filter(({ whole }) => cells.every((cell) => whole.test(String(cell)))));
    }
  }
  const types = all.map((i): string | null => (filled[i] === 0 ? null : 'VARCHAR'));
  let open = all.filter((i) => filled[i]! > 0 && left[i]!.length > 0);
  while (open.length > 0) {
    const failed: number[] = [];
    for (const some of batchesOf(open, TESTED_AT_ONCE)) {
      const tests = some.map((i) => testOf(i, left[i]![0]!));
      const [fits = []] = await db.rows(`SELECT ${tests.join(', ')} FROM ${table}`);
      for (const [at, i] of some.entries()) {
        if (fits[at] === true) types[i] = left[i]![0]!.type;
        else failed.push(i);
      }
    }
    for (const i of failed) left[i]!.shift();
    open = failed.filter((i) => left[i]!.length > 0);
  }
  return types;
}

/** Integers that 64 bits cannot hold stay text: as DOUBLE two of them could become equal. */
function testOf(column: number, { type, pattern }: Kind): string {
  const cell = `c${column}`;
  const wide = type === 'DOUBLE' ? ` AND NOT (length(${cell}) > 15 AND regexp_full_match(${cell}, '[+-]?[0-9]+'))` : '';
  return `bool_and(regexp_full_match(${cell}, '${pattern}') AND TRY_CAST(${cell} AS ${type}) IS NOT NULL${wide}) FILTER (WHERE ${cell} IS NOT NULL)`;
}
