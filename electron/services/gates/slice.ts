import { NAMED } from '../tables/condition.ts';
import { boundOf, type Checking, type Found, inWords, said, slack } from './evaluator.ts';
import type { GateOf } from './forms.ts';
import { columnSql, rowSql } from './measured-rows.ts';
import type { Measure } from './measures.ts';

const SHOWN = 100;
const MOST_SEGMENTS = 100_000;

/** The worst segment of a table against bounds: its rows are segments, or rows of segments when a measure makes numbers of them. */
export async function checkSlice(gate: GateOf<'slice'>, checking: Checking): Promise<Found> {
  const what = gate.measure ?? gate.value!;
  const title = `${what} of every segment of ${gate.slice} ${inWords(gate)}`;
  const session = await checking.table(checking.own, gate.slice);
  const keys = [gate.segment ?? 'segment'].flat().map((column) => columnSql(session, column));
  const segment = `concat_ws(', ', ${keys.map((key) => `coalesce(${key}::VARCHAR, 'NULL')`).join(', ')})`;
  const sql = gate.measure
    ? `SELECT ${segment}, ${aggregate(gate.measure, rowSql(session, gate.measure, gate))}, count(*) FROM ${NAMED} GROUP BY ALL`
    : `SELECT ${segment}, TRY_CAST(${columnSql(session, gate.value!)} AS DOUBLE), ${
        gate.rows === undefined ? 'NULL' : `TRY_CAST(${columnSql(session, gate.rows)} AS DOUBLE)`
      } FROM ${NAMED}`;
  const found = await session.use(checking.signal, (db) => db.rows(`${sql} LIMIT ${MOST_SEGMENTS + 1}`));
  const bound = boundOf(gate);
  const evidence = [
    { label: 'Segments', text: gate.slice, ref: { path: gate.slice, version: checking.own.definition.version } },
  ];
  if (found.length > MOST_SEGMENTS)
    return {
      title,
      bound,
      evidence,
      verdict: 'inconclusive',
      message: `${gate.slice} has more than ${said(MOST_SEGMENTS)} segments. Name a coarser one.`,
    };
  const all = found.map(([key, value, rows]) => ({
    name: String(key).slice(0, 300),
    value: value == null ? Number.NaN : Number(value),
    rows: rows == null ? null : Number(rows),
  }));
  const { min_rows: fewest } = gate;
  if (fewest !== undefined && gate.rows === undefined && !gate.measure)
    return {
      title,
      bound,
      evidence,
      verdict: 'inconclusive',
      message: 'min_rows needs the column of how many rows a segment has. Add rows: to the gate.',
    };
  const counted = fewest === undefined ? all : all.filter(({ rows }) => rows !== null && rows >= fewest);
  const left = all.length - counted.length;
  const tail = left > 0 ? ` ${left} of fewer than ${said(fewest!)} rows were left out.` : '';
  if (counted.length === 0)
    return {
      title,
      bound,
      evidence,
      verdict: 'inconclusive',
      message: `${gate.slice} has no segment that is large enough.${tail}`,
    };
  const off = ({ value }: { value: number }): number =>
    !Number.isFinite(value)
      ? Number.POSITIVE_INFINITY
      : Math.max(
          gate.min === undefined ? -Infinity : gate.min - value,
          gate.max === undefined ? -Infinity : value - gate.max,
        );
  counted.sort((a, b) => (off(b) === off(a) ? a.name.localeCompare(b.name) : off(b) > off(a) ? 1 : -1));
  const bad = counted.filter((one) => off(one) > slack(gate.min ?? 0, gate.max ?? 0));
  const first = counted[0]!;
  const size = first.rows === null ? '' : `, ${said(first.rows)} rows`;
  return {
    title,
    verdict: bad.length > 0 ? 'fail' : 'pass',
    value: Number.isFinite(first.value) ? first.value : 'NaN',
    bound,
    evidence,
    slices: counted.filter(({ value }) => Number.isFinite(value)).slice(0, SHOWN),
    message: `The worst of ${said(counted.length)} segments is ${first.name} (${Number.isFinite(first.value) ? said(first.value) : 'no number'}${size})${
      bad.length > 0 ? `; ${said(bad.length)} ${bad.length === 1 ? 'does' : 'do'} not hold ${inWords(gate)}` : ''
    }.${tail}`,
  };
}

function aggregate(measure: Measure, { value }: { value: string }): string {
  const n = (code: number): string => `count(*) FILTER (${value} = ${code})`;
  const ratio = (above: string, below: string): string => `(${above})::DOUBLE / nullif(${below}, 0)`;
  switch (measure) {
    case 'precision':
      return ratio(n(3), `${n(3)} + ${n(1)}`);
    case 'recall':
      return ratio(n(3), `${n(3)} + ${n(2)}`);
    case 'f1':
      return ratio(`2 * ${n(3)}`, `2 * ${n(3)} + ${n(1)} + ${n(2)}`);
    case 'rmse':
      return `CASE WHEN count(*) = count(${value}) THEN sqrt(avg(${value})) END`;
    default:
      return `CASE WHEN count(*) = count(${value}) THEN avg(${value}) END`;
  }
}
