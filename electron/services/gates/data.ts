import type { ModelDefinition } from '../../../shared/contract/models.ts';
import { checkCondition, conditionError, NAMED, whereOf } from '../tables/condition.ts';
import { type Database, text } from '../tables/database.ts';
import type { Session } from '../tables/session.ts';
import { ROW } from '../tables/side.ts';
import {
  boundOf,
  type Checking,
  type Found,
  Inconclusive,
  inWords,
  said,
  whyInconclusive,
  worst,
} from './evaluator.ts';
import type { GateOf } from './forms.ts';
import { columnSql } from './measured-rows.ts';

type Data = GateOf<'data'>;
type Part = Pick<Found, 'verdict' | 'message'> & { readonly label: string; readonly value?: number };

/** Where a table of data is opened; the service's. */
export type OpenData = (
  checking: Checking,
  path: string,
  hash: string,
) => Promise<Session | { readonly files: number }>;

/** Checks of the data that the run read: one gate may hold several, and its verdict is the worst of them. */
export async function checkData(gate: Data, checking: Checking, open: OpenData): Promise<Found> {
  const title = `Data ${gate.data}: ${asked(gate).join(', ')}`;
  const used = dataOf(checking.own.definition, gate.data);
  const data = await open(checking, used.path, used.hash);
  const evidence = { label: 'Data', text: `${used.path} as the run read it`, ref: { path: used.path, rev: used.hash } };
  const parts: Part[] = [];
  let looked: string;
  if ('files' in data) {
    looked = `${said(data.files)} files`;
    parts.push(...rowCount(gate, data.files, 'files'));
    if (asked(gate).some((one) => !one.includes('rows')))
      parts.push({
        label: 'columns',
        verdict: 'inconclusive',
        message: `${used.path} is a folder: only how many files it has (min_rows, max_rows) can be checked.`,
      });
  } else {
    looked = `${said(data.source.rows)} rows`;
    parts.push(...rowCount(gate, data.source.rows, 'rows'));
    for (const part of partsOf(gate, data)) {
      try {
        parts.push(await data.use(checking.signal, part));
      } catch (error) {
        parts.push({ label: 'check', verdict: 'inconclusive', message: whyInconclusive(error) });
      }
    }
  }
  const verdict = worst(parts.map((part) => part.verdict));
  const bad = parts.filter((part) => part.verdict !== 'pass');
  const counts = gate.min_rows !== undefined || gate.max_rows !== undefined;
  return {
    title,
    verdict,
    value:
      parts.length === 1 && parts[0]!.value !== undefined
        ? parts[0]!.value
        : `${parts.length - bad.length} of ${parts.length} checks hold`,
    unit: parts.length === 1 && counts ? 'rows' : null,
    bound: parts.length === 1 && counts ? boundOf({ min: gate.min_rows, max: gate.max_rows }) : null,
    evidence: [evidence, ...parts.map(({ label, message }) => ({ label, text: message, ref: {} }))],
    message: `${(bad.length > 0 ? bad : parts).map((part) => part.message).join(' ')} Looked at ${looked}.`.slice(
      0,
      2000,
    ),
  };
}

/**
 * The data of a version by its path or by the role in which the run read it, with the hash that was recorded.
 * @throws Inconclusive when the run named none, or its version is not known
 */
export function dataOf({ data }: ModelDefinition, wanted: string): { path: string; hash: string } {
  const found = data.find((one) => one.role === wanted) ?? data.find((one) => one.path === wanted);
  if (!found)
    throw new Inconclusive(
      data.length === 0
        ? 'The run named no data that it read. Start it with --data PATH, or call assay.dataset().'
        : `The run read no data "${wanted}". It read: ${data
            .map(({ path, role }) => (role ? `${path} (${role})` : path))
            .slice(0, 10)
            .join(', ')}.`,
    );
  if (found.hash === null)
    throw new Inconclusive(
      `Which version of ${found.path} the run read is not known. Record it with "assay data add" before the run.`,
    );
  return { path: found.path, hash: found.hash.replace(/^(sha256|md5):/, '') };
}

const WORDS: readonly (readonly [keyof Data, string])[] = [
  ['max_nulls', 'missing values'],
  ['range', 'ranges'],
  ['unique', 'no value twice'],
  ['key', 'key'],
  ['allowed', 'allowed values'],
  ['schema', 'schema'],
  ['condition', 'condition'],
];

function asked(gate: Data): string[] {
  const rows = inWords({ min: gate.min_rows, max: gate.max_rows });
  return [
    ...(rows === '' ? [] : [`${rows} rows`]),
    ...WORDS.flatMap(([key, word]) => (gate[key] === undefined ? [] : [word])),
  ];
}

function rowCount({ min_rows: min, max_rows: max }: Data, rows: number, unit: string): Part[] {
  if (min === undefined && max === undefined) return [];
  const fits = (min === undefined || rows >= min) && (max === undefined || rows <= max);
  return [
    {
      label: 'row count',
      value: rows,
      verdict: fits ? 'pass' : 'fail',
      message: `It has ${said(rows)} ${unit}, ${fits ? 'as asked' : 'but must have'}: ${inWords({ min, max })}.`,
    },
  ];
}

type Work = (db: Database) => Promise<Part>;

function* partsOf(gate: Data, session: Session): Generator<Work> {
  const { rows, columns } = session.source;
  const count = async (db: Database, where: string): Promise<number> =>
    (await db.numbers(`SELECT count(*) FROM ${NAMED} WHERE ${where}`))[0]!;
  const shareOf = (bad: number): number => (rows === 0 ? 0 : bad / rows);
  const part = (label: string, bad: number, fine: string, wrong: string): Part => ({
    label,
    value: bad,
    verdict: bad === 0 ? 'pass' : 'fail',
    message: bad === 0 ? fine : wrong,
  });
  if (gate.max_nulls !== undefined) {
    const limits =
      typeof gate.max_nulls === 'number'
        ? columns.map(({ name }) => [name, gate.max_nulls] as const)
        : Object.entries(gate.max_nulls);
    for (const [column, limit] of limits as [string, number][])
      yield async (db) => {
        const value = columnSql(session, column);
        // pandas and NumPy write a missing number as NaN
        const nan = /^(FLOAT|DOUBLE)$/.test(columns.find(({ name }) => name === column)!.type);
        const nulls = await count(db, `${value} IS NULL${nan ? ` OR isnan(${value})` : ''}`);
        const fits = shareOf(nulls) <= limit;
        return {
          label: `missing in ${column}`,
          value: shareOf(nulls),
          verdict: fits ? 'pass' : 'fail',
          message: `${column} misses ${said(nulls)} values (${said(100 * shareOf(nulls))} %), at most ${said(100 * limit)} % may.`,
        };
      };
  }
  for (const [column, [low, high]] of Object.entries(gate.range ?? {}))
    yield async (db) => {
      const value = `TRY_CAST(${columnSql(session, column)} AS DOUBLE)`;
      const outside = [
        `${value} IS NULL`,
        `isnan(${value})`,
        ...(low === null ? [] : [`${value} < ${low}`]),
        ...(high === null ? [] : [`${value} > ${high}`]),
      ];
      const bad = await count(db, `${columnSql(session, column)} IS NOT NULL AND (${outside.join(' OR ')})`);
      const [[least, most] = []] = await db.rows(`SELECT min(${value}), max(${value}) FROM ${NAMED}`);
      const range = `${low ?? '−∞'} to ${high ?? '∞'}`;
      return part(
        `range of ${column}`,
        bad,
        `${column} lies between ${least} and ${most}, within ${range}.`,
        `${column} is outside of ${range} (or no number) in ${said(bad)} rows; it lies between ${least} and ${most}.`,
      );
    };
  for (const column of gate.unique ?? [])
    yield async (db) => {
      const value = columnSql(session, column);
      const [bad = 0] = await db.numbers(`SELECT count(${value}) - count(DISTINCT ${value}) FROM ${NAMED}`);
      return part(
        `unique ${column}`,
        bad,
        `${column} has no value twice.`,
        `${column} has ${said(bad)} values that were there before.`,
      );
    };
  if (gate.key) {
    const own = gate.key;
    yield async (db) => {
      const list = own.map((column) => columnSql(session, column));
      const missing = await count(db, list.map((column) => `${column} IS NULL`).join(' OR '));
      const [distinct = 0] = await db.numbers(
        `SELECT count(*) FROM (SELECT DISTINCT ${list.join(', ')} FROM ${NAMED})`,
      );
      const twice = rows - distinct;
      return part(
        'key',
        missing + twice,
        `${own.join(', ')} names every row once.`,
        `${own.join(', ')} is no key: ${said(twice)} rows have one that was there before, ${said(missing)} miss a part of it.`,
      );
    };
  }
  for (const [column, values] of Object.entries(gate.allowed ?? {}))
    yield async (db) => {
      const value = columnSql(session, column);
      const list = values.map((one) => text(String(one))).join(', ');
      const numbers = values.filter((one) => typeof one === 'number');
      const known = `${value}::VARCHAR IN (${list})${numbers.length > 0 ? ` OR coalesce(TRY_CAST(${value} AS DOUBLE) IN (${numbers.join(', ')}), false)` : ''}`;
      const others = await db.rows(
        `SELECT left(${value}::VARCHAR, 80), count(*) AS n FROM ${NAMED} WHERE ${value} IS NOT NULL AND NOT (${known}) GROUP BY 1 ORDER BY n DESC, 1 LIMIT 5`,
      );
      const bad = others.length === 0 ? 0 : await count(db, `${value} IS NOT NULL AND NOT (${known})`);
      return part(
        `values of ${column}`,
        bad,
        `${column} has only allowed values.`,
        `${column} has other values in ${said(bad)} rows: ${others.map(([one, n]) => `${one} (${n})`).join(', ')}.`,
      );
    };
  if (gate.schema) {
    const wanted = gate.schema;
    yield async () => {
      const has = new Map(columns.map((column) => [column.name, column.type]));
      const wrong = [
        ...Object.entries(wanted).flatMap(([column, type]) => {
          const own = has.get(column);
          if (own === undefined) return [`${column} is missing`];
          return type === '*' || own.toLowerCase() === type.toLowerCase() ? [] : [`${column} is ${own}, not ${type}`];
        }),
        ...columns.flatMap(({ name }) => (Object.hasOwn(wanted, name) ? [] : [`${name} is not in the schema`])),
      ];
      return part(
        'schema',
        wrong.length,
        'The columns are those of the schema.',
        `The columns are others: ${wrong.slice(0, 10).join('; ')}.`,
      );
    };
  }
  if (gate.condition !== undefined) {
    const own = gate.condition;
    yield async (db) => {
      await checkCondition(db, own);
      const where = `${whereOf(own)} IS NOT TRUE`;
      let [bad, first] = [0, 0];
      try {
        [bad = 0] = await db.numbers(`SELECT count(*) FROM ${NAMED} WHERE ${where}`);
        if (bad > 0) [first = 0] = await db.numbers(`SELECT min(${ROW}) FROM ${NAMED} WHERE ${where}`);
      } catch (error) {
        // a cast or a sum may go wrong only at some row
        throw conditionError(error, own);
      }
      return part(
        'condition',
        bad,
        `Every row fulfils ${own}.`,
        `${said(bad)} rows do not fulfil ${own}; the first is row ${said(first + 1)}.`,
      );
    };
  }
}
