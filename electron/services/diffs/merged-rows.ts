import { type Cell, name, text } from '../tables/database.ts';
import { ROW } from '../tables/side.ts';
import type { OpenTableDiff } from './table.ts';
import { differs } from './unify.ts';

/** A cell of a merged row, as text; `old` or `now` is missing where the column or the row is not on that side. */
export type MergedCell = { old?: Cell; now?: Cell; changed: boolean };

/** `place` is the row's number in the new table; a removed row has that of the row that follows it. Cells stand as `result.columns` do. */
export type MergedRow = { kind: 'added' | 'removed' | 'changed'; place: number; cells: MergedCell[] };

const KINDS = ['changed', 'added', 'removed'] as const;

/**
 * Changed, added and removed rows in the order of the new table, removed ones where they used to stand, a few thousand at a time.
 * @param limit at most this many
 */
export async function* changedRows(open: OpenTableDiff, limit?: number): AsyncGenerator<MergedRow[]> {
  const layout = layoutOf(open);
  const width = open.result.columns.length;
  const cells = layout.map(({ old, now, changed }) => `${old ?? 'NULL'}, ${now ?? 'NULL'}, ${changed ?? 'false'}`);
  const sql = `SELECT ${['r.kind', 'r.place', ...cells].join(', ')} FROM ${selected(limit)} r
    LEFT JOIN ${sideOf(open, 'o')} o ON o.rn = r.ro LEFT JOIN ${sideOf(open, 'n')} n ON n.rn = r.rm ORDER BY r.place, r.kind DESC, r.ro`;
  for await (const rows of open.db.stream(sql)) {
    yield rows.map((row) => {
      const kind = KINDS[Number(row[0])]!;
      return {
        kind,
        place: Number(row[1]),
        cells: Array.from({ length: width }, (_, i): MergedCell => {
          const own = layout[i]!;
          return {
            ...(own.old !== null && kind !== 'added' ? { old: row[2 + 3 * i]! } : {}),
            ...(own.now !== null && kind !== 'removed' ? { now: row[3 + 3 * i]! } : {}),
            changed: kind === 'changed' && row[4 + 3 * i] === 'true',
          };
        }),
      };
    });
  }
}

/**
 * Writes the changed, added and removed rows as Parquet: `_change`, then for each column its old and new value (`price.old`, `price.new`), each
 * of the type it has in its file, then the row numbers from 0 (`_row.old`, `_row.new`).
 */
export async function writeParquet(open: OpenTableDiff, path: string): Promise<void> {
  const { before, after, result, pairs } = open;
  const byName = new Map(pairs.map((pair) => [pair.now.name, pair]));
  const taken = new Set<string>();
  const column = (sql: string, wanted: string): string => {
    let own = wanted;
    // Parquet readers, DuckDB among them, take names that differ in case alone for the same
    for (let copy = 2; taken.has(own.toLowerCase()); copy++) own = `${wanted} (${copy})`;
    taken.add(own.toLowerCase());
    return `${sql} AS ${name(own)}`;
  };
  const change = column(`['changed', 'added', 'removed'][r.kind + 1]`, '_change');
  const cells = result.columns.flatMap(({ name: own, status }) => {
    const old =
      status === 'added'
        ? -1
        : before.columns.indexOf(byName.get(own)?.old ?? before.columns.find((one) => one.name === own)!);
    const now = status === 'removed' ? -1 : after.columns.findIndex((one) => one.name === own);
    return [
      ...(old < 0 ? [] : [column(`o.c${old}`, `${own}.old`)]),
      ...(now < 0 ? [] : [column(`n.c${now}`, `${own}.new`)]),
    ];
  });
  const numbers = [column('r.ro', '_row.old'), column('r.rm', '_row.new')];
  const side = (own: 'before' | 'after'): string =>
    `(SELECT ${[`${ROW} AS rn`, ...open[own].columns.map(({ typed }, i) => `${typed} AS c${i}`)].join(', ')} FROM ${open[own].view})`;
  await open.db.run(
    `COPY (SELECT ${[change, ...cells, ...numbers].join(', ')} FROM ${selected()} r LEFT JOIN ${side('before')} o ON o.rn = r.ro
       LEFT JOIN ${side('after')} n ON n.rn = r.rm ORDER BY r.place, r.kind DESC, r.ro) TO ${text(path)} (FORMAT parquet, COMPRESSION zstd)`,
  );
}

/** Row numbers of what changed, with a place in the new table: a removed row stands before the first row that was behind it and still is there. */
export function selected(limit?: number): string {
  const all = `SELECT 0 AS kind, rm AS place, ro, rm FROM x UNION ALL SELECT 1, n, NULL, n FROM j WHERE o IS NULL
    UNION ALL SELECT 2, coalesce(b.n + 1, 0), a.o, NULL FROM (SELECT o FROM j WHERE n IS NULL) a
    ASOF LEFT JOIN (SELECT o, n FROM j WHERE o IS NOT NULL AND n IS NOT NULL) b ON a.o >= b.o`;
  return `(${limit === undefined ? all : `SELECT * FROM (${all}) ORDER BY place, kind DESC, ro LIMIT ${limit}`})`;
}

export type Layout = { old: string | null; now: string | null; changed: string | null };

function layoutOf({ result, pairs, before, after }: OpenTableDiff): Layout[] {
  const byName = new Map(pairs.map((pair, i) => [pair.now.name, i]));
  return result.columns.map(({ name: own, status }) => {
    if (status === 'added')
      return { old: null, now: `n.c${after.columns.findIndex((one) => one.name === own)}`, changed: null };
    if (status === 'removed')
      return { old: `o.c${before.columns.findIndex((one) => one.name === own)}`, now: null, changed: null };
    const i = byName.get(own)!;
    const pair = pairs[i]!;
    return {
      old: `o.c${before.columns.indexOf(pair.old)}`,
      now: `n.c${after.columns.indexOf(pair.now)}`,
      changed: `(r.kind = 0 AND ${differs(pair, i)})`,
    };
  });
}

/** A side with each column as text (`c0…`) beside what is compared (`u0…`). */
function sideOf({ before, after, pairs }: OpenTableDiff, own: 'o' | 'n'): string {
  const side = own === 'o' ? before : after;
  const cells = side.columns.map(({ raw }, i) => `(${raw})::VARCHAR AS c${i}`);
  const compared = pairs.map((pair, i) => `${own === 'o' ? pair.before : pair.after} AS u${i}`);
  return `(SELECT ${[`${ROW} AS rn`, ...cells, ...compared].join(', ')} FROM ${side.view})`;
}
