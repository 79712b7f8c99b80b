import type { DiffCell } from '../../../shared/contract/diffs.ts';
import { ROW } from '../tables/side.ts';
import { columnSql } from './column-sql.ts';
import { CHANGED, type MergedPlace } from './merged-order.ts';
import type { RowMaterial } from './row-order.ts';
import type { OpenTableDiff } from './table.ts';

/** Row numbers from 0 in each file, null where the row is not. */
export type RowNumbers = { readonly before: number | null; readonly after: number | null };

/** What a cell shows of its text. */
export const SHOWN = 500;
/** Rows no further apart than this are read with all that is between them. */
const CLOSE = 20_000;
const MOST_RANGES = 8;
/** Unchanged rows further apart than this in the old file are not looked up there: the new file has the same values. */
const FAR = 1_000_000;

/** The numbers and cells of rows at places of the merged order. */
export async function cellsOf(
  material: RowMaterial,
  places: readonly MergedPlace[],
  columns: readonly number[],
): Promise<{ numbers: RowNumbers[]; cells: DiffCell[][] }> {
  if (places.length === 0) return { numbers: [], cells: [] };
  const numbers = await numbersOf(material.open, places);
  const unchanged = (i: number): boolean => places[i]!.change === null;
  const specs = columns.map((i) => columnSql(material.open, i));
  const old = numbers.flatMap((row, i) => (unchanged(i) && row.before !== null ? [row.before] : []));
  const spread = old.length === 0 ? 0 : Math.max(...old) - Math.min(...old);
  const lookUp = spread <= FAR || specs.some((spec) => spec.old !== null && spec.now === null);
  const select = specs.flatMap(({ old: a, now: b, changed }) => [
    a === null ? 'NULL' : `o.${a.name}`,
    b === null ? 'NULL' : `n.${b.name}`,
    changed === null ? 'false' : `p.k AND ${changed.sql}`,
  ]);
  const sides = (['o', 'n'] as const).map((own) => {
    const exprs = specs.flatMap((spec) => {
      const cell = own === 'o' ? spec.old : spec.now;
      return [
        ...(cell === null ? [] : [`left(${cell.sql}, ${SHOWN + 1}) AS ${cell.name}`]),
        ...(spec.changed === null
          ? []
          : [`${own === 'o' ? spec.changed.before : spec.changed.after} AS ${spec.changed.name}`]),
      ];
    });
    const which = own === 'o' ? 'before' : 'after';
    const rows = numbers.map((row, i) => (own === 'o' && unchanged(i) && !lookUp ? null : row[which]));
    return placesOf(rows, unchanged, material.open[which].view, material.dense[own], exprs);
  });
  const [olds, nows] = sides as [RowSource, RowSource];
  const values = numbers.map(
    ({ before, after }, i) =>
      `(${i}, ${before ?? 'NULL'}, ${olds.from(i)}, ${after ?? 'NULL'}, ${nows.from(i)}, ${places[i]!.kind === CHANGED})`,
  );
  const sql = `WITH p(i, ro, fo, rm, fn, k) AS (VALUES ${values.join(', ')}), o AS (${olds.sql}), n AS (${nows.sql})
    SELECT ${['p.i', ...select].join(', ')} FROM p LEFT JOIN o ON o.rn = p.ro AND o.source = p.fo
    LEFT JOIN n ON n.rn = p.rm AND n.source = p.fn ORDER BY p.i`;
  const cells: DiffCell[][] = [];
  for await (const rows of material.open.db.stream(sql))
    for (const row of rows) {
      const i = cells.length;
      const { before, after } = numbers[i]!;
      cells.push(
        specs.map((spec, c) => {
          const now = spec.now === null || after === null ? undefined : row[2 + 3 * c]!;
          const was =
            spec.old === null || before === null ? undefined : unchanged(i) && !lookUp ? now : row[1 + 3 * c]!;
          return cellOf(was, now, row[3 + 3 * c] === 'true');
        }),
      );
    }
  return { numbers, cells };
}

function cellOf(old: string | null | undefined, now: string | null | undefined, changed: boolean): DiffCell {
  const [a, b] = [old, now].map(shorten);
  return {
    ...(a === undefined ? {} : { old: a.text }),
    ...(b === undefined ? {} : { now: b.text }),
    ...(changed ? { changed } : {}),
    ...(a?.cut || b?.cut ? { cut: true } : {}),
  };
}

function shorten(text: string | null | undefined): { text: string | null; cut: boolean } | undefined {
  if (text === undefined) return undefined;
  // characters, as DuckDB counts them
  const characters = text !== null && text.length > SHOWN ? [...text] : [];
  return characters.length > SHOWN
    ? { text: `${characters.slice(0, SHOWN).join('')}…`, cut: true }
    : { text, cut: false };
}

/** Rows of one side with their cells, as a query; `from(i)` says which part of it has the row that stands at `i`. */
type RowSource = { readonly sql: string; from(i: number): number };

const DENSE = 0;
const WHOLE = 1;

/** Where the rows of a page are read: changed rows from the table that holds only those, unless all lie close together in the whole side. */
function placesOf(
  rows: readonly (number | null)[],
  unchanged: (i: number) => boolean,
  view: string,
  dense: string | null,
  exprs: readonly string[],
): RowSource {
  const wanted = rows.flatMap((row, i) => (row === null ? [] : [{ row, unchanged: unchanged(i) }]));
  const all = wanted.map((one) => one.row).sort((a, b) => a - b);
  const close = all.length === 0 || all.at(-1)! - all[0]! <= CLOSE;
  const apart = dense !== null && (!close || wanted.every((one) => !one.unchanged));
  const parts = apart
    ? [
        ...lookup(dense, DENSE, sorted(wanted.filter((one) => !one.unchanged)), exprs),
        ...lookup(view, WHOLE, sorted(wanted.filter((one) => one.unchanged)), exprs),
      ]
    : lookup(view, WHOLE, all, exprs);
  const none = `SELECT ${[`${WHOLE} AS source, NULL::UINTEGER AS rn`, ...exprs].join(', ')} FROM ${view} WHERE false`;
  return {
    sql: parts.length > 0 ? parts.join(' UNION ALL ') : none,
    from: (i) => (apart && !unchanged(i) ? DENSE : WHOLE),
  };
}

const sorted = (rows: readonly { row: number }[]): number[] => rows.map((one) => one.row).sort((a, b) => a - b);

/**
 * Rows of a table by their numbers. Where they lie close together all between are read: a plain range is what lets a reader skip the rest of a
 * file, and the join takes those that are wanted.
 */
function lookup(table: string, source: number, rows: readonly number[], exprs: readonly string[]): string[] {
  const ranges: [number, number][] = [];
  for (const row of rows) {
    const last = ranges.at(-1);
    if (last && row - last[1] <= CLOSE) last[1] = row;
    else ranges.push([row, row]);
  }
  const select = `SELECT ${[`${source} AS source, ${ROW} AS rn`, ...exprs].join(', ')} FROM ${table} WHERE`;
  if (ranges.length > MOST_RANGES) return [`${select} ${ROW} IN (${rows.join(', ')})`];
  return ranges.map(([least, most]) => `${select} ${ROW} BETWEEN ${least} AND ${most}`);
}

async function numbersOf({ db }: OpenTableDiff, places: readonly MergedPlace[]): Promise<RowNumbers[]> {
  const changes = places.flatMap((place) => (place.change === null ? [] : [place.change]));
  const unchanged = places.flatMap((place) => (place.change === null ? [place.after!] : []));
  const byChange = new Map<number, RowNumbers>();
  const byAfter = new Map<number, RowNumbers>();
  const between = (column: string, rows: number[]): string =>
    `${column} BETWEEN ${Math.min(...rows)} AND ${Math.max(...rows)} AND ${column} IN (${rows.join(', ')})`;
  const whole = (value: unknown): number | null => (value === null ? null : Number(value));
  if (changes.length > 0)
    for (const [i, ro, rm] of await db.rows(`SELECT rowid, ro, rm FROM ch WHERE ${between('rowid', changes)}`))
      byChange.set(Number(i), { before: whole(ro), after: whole(rm) });
  if (unchanged.length > 0)
    for (const [o, n] of await db.rows(`SELECT o, n FROM j WHERE o IS NOT NULL AND ${between('n', unchanged)}`))
      byAfter.set(Number(n), { before: whole(o), after: whole(n) });
  return places.map(
    ({ change, after }) => (change === null ? byAfter.get(after!) : byChange.get(change)) ?? { before: null, after },
  );
}
