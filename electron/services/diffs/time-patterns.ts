import type { Database } from '../tables/database.ts';
import type { Pattern } from './cell-patterns.ts';

const HOUR = 3600;
/** Clocks of two places differ by quarters of an hour, at most 26 hours. */
const [QUARTER, WIDEST] = [900, 26 * HOUR];
const MOST_SHIFTS = 3;
/** Of the days on which the change is only partly there at most this share may be: the days on which clocks changed. */
const SPLIT_DAYS = 0.02;

/**
 * What the changed times of a column have in common: the same moments written with another offset, one shift, or a few shifts as between two
 * places' clocks. A shift of one hour that only some of the column's days have is one of daylight saving time.
 * @param from SQL with the changed cells as `a` and `b`, every one a time
 * @param i the pair's place in the views `o` and `n`
 */
export async function timePattern(db: Database, from: string, i: number): Promise<Pattern | null> {
  const rows = await db.rows(
    `SELECT epoch(b::VARCHAR::TIMESTAMPTZ) - epoch(a::VARCHAR::TIMESTAMPTZ) AS s, count(*) FROM ${from} GROUP BY s ORDER BY s LIMIT ${MOST_SHIFTS + 1}`,
  );
  const shifts = rows.map(([shift]) => Number(shift));
  const [least = 0, most = 0] = [shifts[0], shifts.at(-1)];
  if (shifts.length > MOST_SHIFTS) return null;
  if (most - least < 1e-6) {
    if (Math.abs(least) < 1e-6)
      return { code: 'same_moment', message: 'the same moments, written with another offset or in another form' };
    if (Math.abs(least) === HOUR && (await onSomeDays(db, i)))
      return {
        code: 'daylight_saving',
        message: `moved by ${signed(least)} on some days and not on others, as daylight saving time does`,
      };
    return { code: 'time_shift', message: `every changed time moved by ${signed(least)}` };
  }
  const clocks = shifts.every((shift) => shift % QUARTER === 0 && Math.abs(shift) <= WIDEST);
  if (!clocks || most - least > 2 * HOUR) return null;
  return {
    code: 'zone_shift',
    message: `moved by ${shifts.map((shift) => (shift === 0 ? 'nothing' : signed(shift))).join(' or ')}, as between the clocks of two time zones`,
  };
}

/** Whether some days have the change and others do not, with next to no day that has both. */
async function onSomeDays(db: Database, i: number): Promise<boolean> {
  const time = (side: string): string => `TRY_CAST(${side}.u${i}::VARCHAR AS TIMESTAMPTZ)`;
  const [changed = 0, same = 0, split = 0] = await db.numbers(
    `SELECT count(*) FILTER (whole), count(*) FILTER (NOT part), count(*) FILTER (part AND NOT whole) FROM (
       SELECT bool_and(moved) AS whole, bool_or(moved) AS part FROM (
         SELECT date_trunc('day', ${time('o')}) AS day, ${time('o')} <> ${time('n')} AS moved FROM j JOIN o ON o.rn = j.o JOIN n ON n.rn = j.n)
       WHERE moved IS NOT NULL GROUP BY day)`,
  );
  return changed > 0 && same > 0 && split <= Math.max(2, SPLIT_DAYS * (changed + same));
}

function signed(seconds: number): string {
  return `${seconds > 0 ? '+' : '−'}${span(Math.abs(seconds))}`;
}

function span(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400} d`;
  if (seconds % HOUR === 0) return `${seconds / HOUR} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Number(seconds.toPrecision(9))} s`;
}
