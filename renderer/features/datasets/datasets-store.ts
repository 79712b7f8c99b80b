import { create } from 'zustand';
import type { ListSort } from './list-order.ts';

export type DataDialog =
  | { kind: 'add' }
  | { kind: 'commit'; paths: readonly string[] }
  | { kind: 'tag'; path: string; commit: string }
  | { kind: 'rename'; path: string }
  | { kind: 'gc' }
  | { kind: 'remotes' };

type Store = {
  filter: string;
  sort: ListSort;
  /** Paths of the datasets that the buttons above the list act on. */
  checked: ReadonlySet<string>;
  cursor: number;
  dialog: DataDialog | null;
  setFilter(filter: string): void;
  setSort(sort: ListSort): void;
  check(paths: readonly string[], on: boolean): void;
  clearChecked(): void;
  setCursor(cursor: number): void;
  open(dialog: DataDialog | null): void;
  reset(): void;
};

const START = {
  filter: '',
  sort: { key: 'path', desc: false } as ListSort,
  checked: new Set<string>() as ReadonlySet<string>,
  cursor: -1,
  dialog: null,
};

/** What the data page shows that is neither the host's nor the address's. */
export const useDatasetsStore = create<Store>((set) => ({
  ...START,
  setFilter: (filter) => set({ filter, cursor: -1 }),
  setSort: (sort) => set({ sort, cursor: -1 }),
  check: (paths, on) =>
    set(({ checked }) => {
      const next = new Set(checked);
      for (const path of paths) {
        if (on) next.add(path);
        else next.delete(path);
      }
      return { checked: next };
    }),
  clearChecked: () => set({ checked: new Set() }),
  setCursor: (cursor) => set({ cursor }),
  open: (dialog) => set({ dialog }),
  reset: () => set(START),
}));
