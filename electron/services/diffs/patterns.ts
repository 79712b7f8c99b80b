import type { Patterns } from '../../../shared/contract/diffs.ts';
import { ROW } from '../tables/side.ts';
import { BOTH } from './cells.ts';
import { columnSql } from './column-sql.ts';
import type { Dense } from './row-order.ts';
import type { OpenTableDiff } from './table.ts';
import { differs } from './unify.ts';

const MOST_SETS = 50;
const MOST_TRANSITIONS = 20;
/** Transitions are counted of the columns with most changed cells. */
const MOST_COLUMNS = 30;
/** What a transition tells of each text. */
export const SHOWN = 500;

/** What the changed rows have in common: which columns change together, which values become which, and what is named of whole columns. */
export async function patternsOf(open: OpenTableDiff, dense: Dense): Promise<Patterns> {
  const { result } = open;
  const changed = result.columns.flatMap((column, at) => (column.changedCells > 0 ? [{ column, at }] : []));
  return {
    columnSets: await columnSets(open),
    transitions: await transitions(
      open,
      dense,
      changed.sort((a, b) => b.column.changedCells - a.column.changedCells).map(({ at }) => at),
    ),
    named: result.findings.flatMap(({ code, message, column, side }) => {
      const own = side === undefined && column !== undefined && changed.find((one) => one.column.name === column);
      return own ? [{ column: own.column.name, code, message, cells: own.column.changedCells }] : [];
    }),
  };
}

async function columnSets({ db, pairs, result }: OpenTableDiff): Promise<Patterns['columnSets']> {
  const byName = new Map(result.columns.map((column) => [column.name, column.changedCells]));
  const able = pairs.flatMap((pair, i) => ((byName.get(pair.now.name) ?? 0) > 0 ? [{ pair, i }] : []));
  if (able.length === 0) return [];
  const tests = able.map(({ pair, i }) => `CASE WHEN ${differs(pair, i)} THEN '${i}' END`);
  const rows = await db.rows(
    `SELECT array_to_string([${tests.join(', ')}], ',') AS s, count(*) AS n FROM ${BOTH} GROUP BY s ORDER BY n DESC, s LIMIT ${MOST_SETS}`,
  );
  return rows.map(([set, count]) => ({
    columns: String(set)
      .split(',')
      .filter((at) => at !== '')
      .map((at) => pairs[Number(at)]!.now.name),
    rows: Number(count),
  }));
}

async function transitions(
  open: OpenTableDiff,
  dense: Dense,
  columns: readonly number[],
): Promise<Patterns['transitions']> {
  const { db, result, before, after, pairs } = open;
  const found: Patterns['transitions'] = [];
  for (const at of columns.slice(0, MOST_COLUMNS)) {
    const column = result.columns[at]!.name;
    const i = pairs.findIndex((pair) => pair.now.name === column);
    const { old, now } = columnSql(open, at);
    const rows = await db.rows(
      `SELECT left(a.t, ${SHOWN}), left(b.t, ${SHOWN}), count(*) AS n FROM ${BOTH}
       JOIN (SELECT ${ROW} AS rn, ${old!.sql} AS t FROM ${dense.o ?? before.view}) a ON a.rn = x.ro
       JOIN (SELECT ${ROW} AS rn, ${now!.sql} AS t FROM ${dense.n ?? after.view}) b ON b.rn = x.rm
       WHERE ${differs(pairs[i]!, i)} GROUP BY a.t, b.t ORDER BY n DESC, a.t, b.t LIMIT ${MOST_TRANSITIONS}`,
    );
    for (const [from, to, cells] of rows)
      found.push({ column, from: from as string | null, to: to as string | null, cells: Number(cells) });
  }
  return found;
}
