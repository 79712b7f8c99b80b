import { batchesOf } from '../tables/batches.ts';
import type { Database } from '../tables/database.ts';
import type { Source, SourceColumn } from '../tables/side.ts';
import type { Finding } from './types.ts';
import { differs, isNumber, type Pair } from './unify.ts';

const MOST_PATTERNS = 200;
const AT_ONCE = 200;

const MOST_COPIED = 60_000_000;

/**
 * Compares the columns of the rows whose hashes differ and leaves a table `x` of those that really do (equal values may hash apart inside of
 * nested ones, and tolerance forgives), and `oc` and `nc`, which look like `o` and `n` and have at least the rows of `x`.
 * @param placed whether `od` and `nd` hold these rows
 * @returns changed rows, and changed cells by pair
 */
export async function countCells(
  db: Database,
  pairs: readonly Pair[],
  placed: boolean,
): Promise<{ changed: number; cells: number[] }> {
  const [candidates = 0] = await db.numbers('SELECT count(*) FROM j WHERE c');
  const few = candidates * pairs.length <= MOST_COPIED;
  for (const side of ['o', 'n'])
    await db.run(
      placed
        ? `CREATE VIEW ${side}c AS FROM ${side}d`
        : few
          ? `CREATE TABLE ${side}c AS SELECT * FROM ${side} ${candidates === 0 ? 'LIMIT 0' : `WHERE rn IN (SELECT ${side} FROM j WHERE c)`}`
          : `CREATE VIEW ${side}c AS FROM ${side}`,
    );
  const tests = pairs.map((pair, i) => differs(pair, i));
  await db.run('CREATE TABLE x (ro UINTEGER, rm UINTEGER)');
  if (candidates === 0) return { changed: 0, cells: pairs.map(() => 0) };
  const some = batchesOf(tests, AT_ONCE);
  // one flat list: a chain of OR over hundreds of columns would nest too deep
  const real = some.map(
    (batch) =>
      `SELECT ro, rm FROM (SELECT o AS ro, n AS rm FROM j WHERE c) ${BOTH} WHERE true IN (${batch.join(', ')})`,
  );
  if (real.length === 1) await db.run(`INSERT INTO x ${real[0]}`);
  else {
    await db.run('CREATE TABLE xs AS FROM x');
    for (const sql of real) await db.run(`INSERT INTO xs ${sql}`);
    await db.run('INSERT INTO x SELECT DISTINCT ro, rm FROM xs');
    await db.run('DROP TABLE xs');
  }
  const cells: number[] = [];
  for (const batch of some) {
    const counts = batch.map((test) => `count(*) FILTER (WHERE ${test})`).join(', ');
    cells.push(...(await db.numbers(`SELECT ${counts} FROM ${BOTH}`)));
  }
  const [changed = 0] = await db.numbers('SELECT count(*) FROM x');
  return { changed, cells };
}

/** Changed rows with both sides' cells, as `o.u…` and `n.u…`. */
export const BOTH = 'x JOIN oc o ON o.rn = x.ro JOIN nc n ON n.rn = x.rm';

/** NULLs by column of a side, in the order of its columns. */
export async function countNulls(db: Database, side: Source): Promise<number[]> {
  const counts: number[] = [];
  for (const some of batchesOf(side.columns, AT_ONCE))
    counts.push(
      ...(await db.numbers(`SELECT ${some.map((column) => `count(${plainer(column)})`).join(', ')} FROM ${side.view}`)),
    );
  return counts.map((count) => side.rows - count);
}

/** A text and the value cast from it are NULL together; the one without a cast is counted without a look at the rows. */
const plainer = ({ raw, typed }: SourceColumn): string => (typed.startsWith('CAST(') ? raw : typed);

/** What all changed cells of a column have in common, named: only spaces, only case, rounding, one factor, one difference, one shift in time. */
export async function findPatterns(db: Database, pairs: readonly Pair[], cells: readonly number[]): Promise<Finding[]> {
  const changed = pairs
    .flatMap((pair, i) => (cells[i]! > 0 ? [{ pair, i, cells: cells[i]! }] : []))
    .slice(0, MOST_PATTERNS);
  const findings: Finding[] = [];
  for (const { pair, i, cells: count } of changed) {
    const from = `(SELECT o.u${i} AS a, n.u${i} AS b FROM ${BOTH} WHERE ${differs(pair, i)})`;
    const found = isNumber(pair.type) ? await ofNumbers(db, from, count) : await ofTexts(db, from, count);
    if (found)
      findings.push({
        ...found,
        message: `${pair.now.name}: ${found.message} (${count} cells).`,
        column: pair.now.name,
      });
  }
  return findings;
}

type Pattern = { code: string; message: string } | null;

async function ofNumbers(db: Database, from: string, count: number): Promise<Pattern> {
  const places = [0, 1, 2, 3, 4, 5, 6];
  const [row = []] = await db.rows(
    `SELECT count(*) FILTER (isfinite(a) AND isfinite(b)), count(DISTINCT a), min(b - a), max(b - a), min(b / nullif(a, 0)), max(b / nullif(a, 0)),
       count(nullif(a, 0)), max(abs(b - a) / greatest(abs(a), abs(b))), max(abs(a)), ${places.map((d) => `bool_and(round(a, ${d}) = b)`).join(', ')}
     FROM (SELECT a::DOUBLE AS a, b::DOUBLE AS b FROM ${from})`,
  );
  const [finite, distinct, least, most, low, high, factors, relative, size] = row.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (finite !== count) return null;
  if (relative <= 1e-12) return { code: 'float_noise', message: 'the numbers differ by less than a part in 10¹²' };
  const digits = places.findIndex((_, d) => row[9 + d] === true);
  if (digits >= 0) return { code: 'rounded', message: `rounded to ${digits} decimal places` };
  if (distinct < 2) return null;
  if (factors === count && high - low <= 1e-9 * Math.abs(high))
    return { code: 'scaled', message: `multiplied by ${shown((low + high) / 2)}` };
  if (most - least <= 1e-12 * Math.max(size, 1))
    return { code: 'shifted', message: `${shown((least + most) / 2, true)} everywhere` };
  return null;
}

async function ofTexts(db: Database, from: string, count: number): Promise<Pattern> {
  const [row = []] = await db.rows(
    `SELECT count(*) FILTER (coalesce(a, '') = coalesce(b, '')), count(*) FILTER (regexp_replace(a, '\\s+', '', 'g') = regexp_replace(b, '\\s+', '', 'g')),
       count(*) FILTER (lower(a) = lower(b)), count(*) FILTER (lower(regexp_replace(a, '\\s+', '', 'g')) = lower(regexp_replace(b, '\\s+', '', 'g'))),
       count(s), min(s), max(s)
     FROM (SELECT a, b, epoch(TRY_CAST(b AS TIMESTAMP)) - epoch(TRY_CAST(a AS TIMESTAMP)) AS s FROM (SELECT a::VARCHAR AS a, b::VARCHAR AS b FROM ${from}))`,
  );
  const [empty, spaces, letters, both, times, least, most] = row.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (empty === count) return { code: 'null_or_empty', message: 'NULL became the empty text, or the other way round' };
  if (spaces === count) return { code: 'whitespace_only', message: 'only spaces changed' };
  if (letters === count) return { code: 'case_only', message: 'only upper and lower case changed' };
  if (both === count)
    return { code: 'whitespace_and_case_only', message: 'only spaces and upper and lower case changed' };
  if (times === count && Math.abs(most - least) < 1e-6 && least !== 0)
    return { code: 'time_shift', message: `every time moved by ${least > 0 ? '+' : '−'}${span(Math.abs(least))}` };
  return null;
}

function shown(value: number, sign = false): string {
  const text = String(Number(value.toPrecision(9)));
  return sign && value > 0 ? `+${text}` : text;
}

function span(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400} d`;
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${shown(seconds)} s`;
}
