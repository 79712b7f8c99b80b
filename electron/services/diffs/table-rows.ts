import type { DiffCell, DiffRow, RowFilter } from '../../../shared/contract/diffs.ts';
import { columnsAt } from './column-sql.ts';
import type { KeptTable } from './kept-table.ts';
import { ADDED, CHANGED, firstNotBelow, placeAt, REMOVED } from './merged-order.ts';
import { cellsOf, type RowNumbers } from './page-cells.ts';
import { keepChangedRows, loadMoved, loadOrder, type RowMaterial } from './row-order.ts';
import { changesIn, selectRows } from './select-rows.ts';
import { indexOf, itemsOf, positionOf, type Selection } from './selection.ts';

export type TableRows = ReturnType<typeof createTableRows>;

const KINDS: Record<number, DiffRow['kind']> = { [CHANGED]: 'changed', [ADDED]: 'added', [REMOVED]: 'removed' };
const MOST_SELECTIONS = 6;

/** Pages of an open table diff. The first call lays out the order of the rows; every page after it costs what it shows. */
export function createTableRows(kept: KeptTable) {
  let material: Promise<RowMaterial> | null = null;
  const selections = new Map<string, Promise<Selection>>();
  const changes = new Map<string, Promise<Uint32Array>>();

  const prepare = (): Promise<RowMaterial> => {
    if (material) return material;
    const made = kept.exclusive(async (open) => {
      const order = await loadOrder(open);
      return { open, order, moved: await loadMoved(open), dense: await keepChangedRows(open, order) };
    });
    material = made;
    // there may have been too little room, and be more the next time
    made.catch(() => {
      material = null;
    });
    return made;
  };

  const select = async (filter: RowFilter): Promise<{ material: RowMaterial; selection: Selection }> => {
    const ready = await prepare();
    const key = JSON.stringify(filter);
    let found = selections.get(key);
    selections.delete(key);
    found ??= kept.beside((open) => selectRows({ ...ready, open }, filter));
    selections.set(key, found);
    // one that failed is tried anew
    found.catch(() => selections.delete(key));
    for (const old of [...selections.keys()].slice(0, -MOST_SELECTIONS)) selections.delete(old);
    return { material: ready, selection: await found };
  };

  const inColumn = (ready: RowMaterial, column: string): Promise<Uint32Array> => {
    let found = changes.get(column);
    found ??= kept.beside((open) => changesIn({ ...ready, open }, column));
    changes.set(column, found);
    found.catch(() => changes.delete(column));
    for (const old of [...changes.keys()].slice(0, -MOST_SELECTIONS)) changes.delete(old);
    return found;
  };

  return {
    prepare,

    /** @param columns of the diff by name; all when absent */
    async rows(
      filter: RowFilter,
      offset: number,
      limit: number,
      columns: readonly string[] | undefined,
    ): Promise<{ total: number; rows: DiffRow[] }> {
      const { material, selection } = await select(filter);
      const items = itemsOf(selection, offset, limit);
      const wanted = items.flatMap((item) => (item.kind === 'row' ? [placeAt(material.order, item.position)] : []));
      const at = columnsAt(material.open, columns);
      const { numbers, cells } = await kept.beside((open) => cellsOf({ ...material, open }, wanted, at));
      let next = 0;
      const rows = items.map((item): DiffRow => {
        if (item.kind === 'gap')
          return { kind: 'gap', moved: false, before: null, after: null, skipped: item.skipped, cells: [] };
        const i = next++;
        return rowOf(material, wanted[i]!.kind, numbers[i]!, cells[i]!);
      });
      return { total: selection.total, rows };
    },

    /** The item of the next, or previous, row that differs; with a column only where that one changed. */
    async nextChange(filter: RowFilter, from: number, back: boolean, column: string | null): Promise<number | null> {
      const { material, selection } = await select(filter);
      const at = column === null ? material.order.at : await inColumn(material, column);
      const start = from < 0 ? -1 : (positionOf(selection, from) ?? selection.rows);
      const step = back ? -1 : 1;
      for (
        let i = back ? firstNotBelow(at, start) - 1 : firstNotBelow(at, start + 1);
        i >= 0 && i < at.length;
        i += step
      ) {
        const index = indexOf(selection, at[i]!);
        if (index !== null) return index;
      }
      return null;
    },
  };
}

function rowOf({ moved }: RowMaterial, kind: number | null, numbers: RowNumbers, cells: DiffCell[]): DiffRow {
  const { before, after } = numbers;
  const isMoved = after !== null && before !== null && moved[firstNotBelow(moved, after)] === after;
  return { kind: kind === null ? 'unchanged' : KINDS[kind]!, moved: isMoved, before, after, cells };
}
