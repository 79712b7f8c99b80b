import { create } from 'zustand';

export type RunsDialog =
  | { kind: 'tag'; runs: readonly string[] }
  | { kind: 'experiment'; runs: readonly string[] }
  | { kind: 'note'; runs: readonly string[]; note: string };

type Store = {
  /** The row that keys act on, by its place in the table; -1 for none. */
  cursor: number;
  /** Where a range that is extended with Shift began. */
  anchor: number;
  /** Ids of the runs that bulk actions act on. */
  checked: ReadonlySet<string>;
  /** The run whose name is being edited. */
  renaming: string | null;
  dialog: RunsDialog | null;
  setCursor(cursor: number): void;
  check(ids: readonly string[], on: boolean): void;
  setAnchor(anchor: number): void;
  clearChecked(): void;
  rename(run: string | null): void;
  open(dialog: RunsDialog | null): void;
  /** Back to the beginning, for another project or another list. */
  reset(): void;
};

const NONE: ReadonlySet<string> = new Set();
const START = { cursor: -1, anchor: -1, checked: NONE, renaming: null, dialog: null };

/** What the runs page shows that is neither the host's nor the address's. */
export const useRunsStore = create<Store>((set) => ({
  ...START,
  setCursor: (cursor) => set({ cursor }),
  setAnchor: (anchor) => set({ anchor }),
  check: (ids, on) =>
    set(({ checked }) => {
      const next = new Set(checked);
      for (const id of ids) {
        if (on) next.add(id);
        else next.delete(id);
      }
      return { checked: next };
    }),
  clearChecked: () => set({ checked: NONE, anchor: -1 }),
  rename: (renaming) => set({ renaming }),
  open: (dialog) => set({ dialog }),
  reset: () => set(START),
}));
