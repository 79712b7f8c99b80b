import type { RowFilter } from '../../../shared/contract/diffs.ts';
import { text } from '../tables/database.ts';
import { ROW } from '../tables/side.ts';
import { columnSql, columnsAt } from './column-sql.ts';
import { ADDED, CHANGED, firstNotBelow, positionOfAfter, REMOVED } from './merged-order.ts';
import { SHOWN } from './patterns.ts';
import type { RowMaterial } from './row-order.ts';
import { around, everything, type Selection, without } from './selection.ts';
import { differs } from './unify.ts';

/** The rows that a filter asks for. */
export async function selectRows(material: RowMaterial, filter: RowFilter): Promise<Selection> {
  const { order } = material;
  const { context } = filter;
  const kinds = new Set(filter.kinds);
  const numbers = [
    ...(kinds.has('changed') ? [CHANGED] : []),
    ...(kinds.has('added') ? [ADDED] : []),
    ...(kinds.has('removed') ? [REMOVED] : []),
  ];
  const conditions = changeConditions(material, filter);
  const search = filter.search.trim();
  if (conditions.length === 0 && search === '') {
    if (kinds.has('unchanged')) {
      const left = order.at.filter((_, i) => !numbers.includes(order.kinds[i]!));
      return left.length === 0 ? everything(order.total) : without(left, order.total);
    }
    const chosen = numbers.length === 3 ? order.at : order.at.filter((_, i) => numbers.includes(order.kinds[i]!));
    return around(kinds.has('moved') ? joined(chosen, movedPositions(material)) : chosen, context, order.total);
  }
  const own = conditions.length > 0 ? numbers.filter((kind) => kind === CHANGED) : numbers;
  let chosen = await matchingChanges(material, own, conditions, search);
  if (kinds.has('unchanged') && conditions.length === 0)
    chosen = joined(chosen, (await matchingUnchanged(material, search)).sort());
  else if (kinds.has('moved')) {
    const moved = movedPositions(material);
    const all = new Set(
      conditions.length === 0
        ? joined(await matchingChanges(material, [CHANGED], [], search), await matchingUnchanged(material, search))
        : await matchingChanges(material, [CHANGED], conditions, search),
    );
    chosen = joined(
      chosen,
      moved.filter((position) => all.has(position)),
    );
  }
  return around(chosen, context, order.total);
}

/** Positions of the rows in which a column changed, rising. */
export async function changesIn(material: RowMaterial, column: string): Promise<Uint32Array> {
  columnsAt(material.open, [column]);
  const filter = { changedIn: [column], columnSet: null, transition: null };
  return matchingChanges(material, [CHANGED], changeConditions(material, filter), '');
}

const movedPositions = ({ moved, order }: RowMaterial): Uint32Array => moved.map((row) => positionOfAfter(order, row));

/** Both lists as one, rising, each value once. */
function joined(a: Uint32Array, b: Uint32Array): Uint32Array {
  const all = new Uint32Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  all.sort();
  return all.filter((value, i) => i === 0 || all[i - 1] !== value);
}

/** SQL over `o` and `n` that holds for the changed rows which are asked for. */
function changeConditions(
  { open }: RowMaterial,
  { changedIn, columnSet, transition }: Pick<RowFilter, 'changedIn' | 'columnSet' | 'transition'>,
): string[] {
  const { pairs } = open;
  const at = new Map(pairs.map((pair, i) => [pair.now.name, i]));
  const test = (name: string): string => {
    const i = at.get(name);
    return i === undefined ? 'false' : differs(pairs[i]!, i);
  };
  const conditions: string[] = [];
  // flat lists: a chain of OR over thousands of columns would nest too deep
  if (changedIn.length > 0) conditions.push(`true IN (${changedIn.map(test).join(', ')})`);
  if (columnSet !== null) {
    const wanted = new Set(columnSet);
    conditions.push(
      `[${pairs.map((pair, i) => differs(pair, i)).join(', ')}] = [${pairs.map((pair) => wanted.has(pair.now.name)).join(', ')}]`,
    );
  }
  if (transition !== null) {
    const [i] = columnsAt(open, [transition.column]);
    const { old, now } = columnSql(open, i!);
    // transitions are told by the beginning of a long text
    const is = (side: string, cell: typeof old, value: string | null): string =>
      cell === null
        ? 'false'
        : `left(${side}.${cell.name}, ${SHOWN}) IS NOT DISTINCT FROM ${value === null ? 'NULL' : text(value)}`;
    conditions.push(test(transition.column), is('o', old, transition.from), is('n', now, transition.to));
  }
  return conditions;
}

/** Positions of changes of some kinds that meet SQL conditions and hold a text on either side, rising. */
async function matchingChanges(
  { open, order, dense }: RowMaterial,
  kinds: readonly number[],
  conditions: readonly string[],
  search: string,
): Promise<Uint32Array> {
  if (kinds.length === 0) return new Uint32Array();
  const { before, after, pairs, db } = open;
  const side = (own: 'o' | 'n'): string => {
    const source = own === 'o' ? before : after;
    const exprs = [
      `${ROW} AS rn`,
      ...source.columns.map(({ raw }, i) => `(${raw})::VARCHAR AS c${i}`),
      ...pairs.map((pair, i) => `${own === 'o' ? pair.before : pair.after} AS u${i}`),
    ];
    return `${own} AS (SELECT ${exprs.join(', ')} FROM ${dense[own] ?? source.view})`;
  };
  const searched =
    search === ''
      ? []
      : [
          `true IN (${[
            ...before.columns.map((_, i) => holds(`o.c${i}`, search)),
            ...after.columns.map((_, i) => holds(`n.c${i}`, search)),
            'false',
          ].join(', ')})`,
        ];
  const where = [`ch.kind IN (${kinds.join(', ')})`, ...conditions, ...searched].join(' AND ');
  const found = await db.column(
    `WITH ${side('o')}, ${side('n')} SELECT ch.rowid FROM ch LEFT JOIN o ON o.rn = ch.ro LEFT JOIN n ON n.rn = ch.rm WHERE ${where}`,
    order.kinds.length,
  );
  return found.sort().map((change) => order.at[change]!);
}

/** Positions of unchanged rows that hold a text, in any order. */
async function matchingUnchanged({ open, order }: RowMaterial, search: string): Promise<Uint32Array> {
  const { after, db } = open;
  const cells = after.columns.map(({ raw }) => (search === '' ? 'true' : holds(`(${raw})::VARCHAR`, search)));
  const found = await db.column(
    `SELECT ${ROW} FROM ${after.view} WHERE true IN (${[...cells, 'false'].join(', ')})`,
    after.rows,
  );
  const positions = found.map((row) => positionOfAfter(order, row));
  return positions.filter((position) => order.at[firstNotBelow(order.at, position)] !== position);
}

const holds = (cell: string, search: string): string =>
  `coalesce(contains(lower(${cell}), lower(${text(search)})), false)`;
