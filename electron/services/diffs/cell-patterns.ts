import type { Database } from '../tables/database.ts';
import { BOTH } from './cells.ts';
import { timePattern } from './time-patterns.ts';
import type { Finding } from './types.ts';
import { differs, isNumber, type Pair } from './unify.ts';

const MOST_COLUMNS = 200;
/** Changed cells that are looked at before all are: most columns have nothing in common, and show it at once. */
const SAMPLE = 5000;
const PLACES = [0, 1, 2, 3, 4, 5, 6];
/** What people and programs write for "nothing", in lower case without spaces around. */
const MISSING = ['', 'na', 'n/a', '<na>', 'nan', 'null', 'none', 'nil', '-', '?'];

/** Something that all changed cells of a column have in common. */
export type Pattern = { code: string; message: string };

/**
 * What all changed cells of a column have in common, named: only spaces, only case, other words for nothing, lost leading zeros, rounding, one
 * factor, one difference, a shift in time, the same moments written otherwise. Every changed cell has been asked.
 */
export async function findPatterns(db: Database, pairs: readonly Pair[], cells: readonly number[]): Promise<Finding[]> {
  const changed = pairs.flatMap((pair, i) => (cells[i]! > 0 ? [{ pair, i, count: cells[i]! }] : []));
  const findings: Finding[] = [];
  for (const { pair, i, count } of changed.slice(0, MOST_COLUMNS)) {
    const from = `SELECT o.u${i} AS a, n.u${i} AS b FROM ${BOTH} WHERE ${differs(pair, i)}`;
    const look = isNumber(pair.type) ? ofNumbers : ofTexts;
    if (count > SAMPLE && !(await look(db, `(${from} LIMIT ${SAMPLE})`, SAMPLE))) continue;
    const found = (await look(db, `(${from})`, count)) ?? null;
    const pattern = found === 'times' ? await timePattern(db, `(${from})`, i) : found;
    const { name } = pair.now;
    if (pattern)
      findings.push({
        code: pattern.code,
        message: `${name}: ${pattern.message} (${count === 1 ? '1 cell' : `${count} cells`}).`,
        column: name,
      });
  }
  return findings;
}

async function ofNumbers(db: Database, from: string, count: number): Promise<Pattern | null> {
  const [row = []] = await db.rows(
    `SELECT count(*) FILTER (isfinite(a) AND isfinite(b)), count(DISTINCT a), min(b - a), max(b - a), min(b / nullif(a, 0)), max(b / nullif(a, 0)),
       count(nullif(a, 0)), max(abs(b - a) / greatest(abs(a), abs(b))), max(abs(a)),
       count(*) FILTER (coalesce(isnan(a), true) AND coalesce(isnan(b), true)), ${PLACES.map((d) => `bool_and(round(a, ${d}) = b)`).join(', ')}
     FROM (SELECT a::DOUBLE AS a, b::DOUBLE AS b FROM ${from})`,
  );
  const [
    finite = 0,
    distinct = 0,
    least = 0,
    most = 0,
    low = 0,
    high = 0,
    factors = 0,
    relative = 0,
    size = 0,
    nothing = 0,
  ] = row.slice(0, 10).map(Number);
  if (nothing === count) return { code: 'nan_or_null', message: 'NaN became NULL, or the other way round' };
  if (finite !== count) return null;
  if (relative <= 1e-12) return { code: 'float_noise', message: 'the numbers differ by less than a part in 10¹²' };
  const digits = PLACES.findIndex((_, d) => row[10 + d] === true);
  if (digits >= 0) return { code: 'rounded', message: `rounded to ${digits} decimal places` };
  if (distinct < 2) return null;
  if (factors === count && high - low <= 1e-9 * Math.abs(high))
    return { code: 'scaled', message: `multiplied by ${shown((low + high) / 2)}` };
  if (most - least <= 1e-12 * Math.max(size, 1))
    return { code: 'shifted', message: `${shown((least + most) / 2, true)} everywhere` };
  return null;
}

/** `times` when every cell of both sides is a time of day and date. */
async function ofTexts(db: Database, from: string, count: number): Promise<Pattern | 'times' | null> {
  const missing = (cell: string): string =>
    `list_contains([${MISSING.map((word) => `'${word}'`).join(', ')}], lower(trim(coalesce(${cell}, ''))))`;
  const [row = []] = await db.rows(
    `SELECT count(*) FILTER (coalesce(a, '') = coalesce(b, '')), count(*) FILTER (${missing('a')} AND ${missing('b')}), count(*) FILTER (sa = sb),
       count(*) FILTER (lower(a) = lower(b)), count(*) FILTER (lower(sa) = lower(sb)),
       count(*) FILTER (a <> b AND ltrim(a, '0') = ltrim(b, '0') AND regexp_full_match(a, '[0-9]+') AND regexp_full_match(b, '[0-9]+')),
       count(epoch(TRY_CAST(b AS TIMESTAMPTZ)) - epoch(TRY_CAST(a AS TIMESTAMPTZ)))
     FROM (SELECT *, regexp_replace(a, '\\s+', '', 'g') AS sa, regexp_replace(b, '\\s+', '', 'g') AS sb
       FROM (SELECT a::VARCHAR AS a, b::VARCHAR AS b FROM ${from}))`,
  );
  const [empty, nothing, spaces, letters, both, zeros, times] = row.map(Number);
  if (empty === count) return { code: 'null_or_empty', message: 'NULL became the empty text, or the other way round' };
  if (nothing === count)
    return {
      code: 'missing_values',
      message: 'only the way of writing that nothing is there changed (NULL, empty, NA …)',
    };
  if (spaces === count) return { code: 'whitespace_only', message: 'only spaces changed' };
  if (letters === count) return { code: 'case_only', message: 'only upper and lower case changed' };
  if (both === count)
    return { code: 'whitespace_and_case_only', message: 'only spaces and upper and lower case changed' };
  if (zeros === count) return { code: 'leading_zeros', message: 'leading zeros came or went' };
  return times === count ? 'times' : null;
}

/** A number with nine digits at most, with its sign where it is asked for. */
function shown(value: number, sign = false): string {
  const text = String(Number(value.toPrecision(9)));
  return sign && value > 0 ? `+${text}` : text;
}
