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
  const values = numbers.map(
    ({ before, after }, i) => `(${i}, ${before ?? 'NULL'}, ${after ?? 'NULL'}, ${places[i]!.kind === CHANGED})`,
  );
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
    const rows = (change: boolean): number[] =>
      numbers.flatMap((row, i) => {
        const at = row[which];
        if (at === null || unchanged(i) === change || (own === 'o' && unchanged(i) && !lookUp)) return [];
        return [at];
      });
    const dense = material.dense[own];
    const { view } = material.open[which];
    const parts = [...lookup(dense ?? view, rows(true), exprs), ...lookup(view, rows(false), exprs)];
    const none = `SELECT ${[`NULL::UINTEGER AS rn`, ...exprs].join(', ')} FROM ${view} WHERE false`;
    return `${own} AS (${parts.length > 0 ? parts.join(' UNION ALL ') : none})`;
  });
  const sql = `WITH p(i, ro, rm, k) AS (VALUES ${values.join(', ')}), ${sides.join(', ')}
    SELECT ${['p.i', ...select].join(', ')} FROM p LEFT JOIN o ON o.rn = p.ro LEFT JOIN n ON n.rn = p.rm ORDER BY p.i`;
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

/** Rows of a table by their numbers; those between are left out without being read where they lie close together. */
function lookup(table: string, rows: readonly number[], exprs: readonly string[]): string[] {
  if (rows.length === 0) return [];
  const [least, most] = [Math.min(...rows), Math.max(...rows)];
  const all = most - least + 1 === rows.length ? '' : ` AND ${ROW} IN (${rows.join(', ')})`;
  return [
    `SELECT ${[`${ROW} AS rn`, ...exprs].join(', ')} FROM ${table} WHERE ${ROW} BETWEEN ${least} AND ${most}${all}`,
  ];
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
