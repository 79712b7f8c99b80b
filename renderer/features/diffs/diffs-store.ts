import { create } from 'zustand';

/** A cell of the grid: which of the filtered rows, and the name of a column. */
export type Cell = { row: number; column: string };

type Store = {
  /** The cell that keys act on. */
  cell: Cell | null;
  /** Whether the inspector shows it. */
  inspecting: boolean;
  /** Widths of the grid's columns that a person chose, in px. */
  widths: Readonly<Record<string, number>>;
  /** The column whose distributions are drawn large. */
  enlarged: string | null;
  /** The first rows are there: what takes longer may be asked for. */
  ready: boolean;
  setCell(cell: Cell | null): void;
  setReady(): void;
  inspect(on: boolean): void;
  setWidth(column: string, width: number): void;
  enlarge(column: string | null): void;
  /** Back to the beginning, for another comparison. */
  reset(): void;
};

const START = { cell: null, inspecting: false, widths: {}, enlarged: null, ready: false };

/** What the diff page shows that is neither the host's nor the address's. */
export const useDiffsStore = create<Store>((set) => ({
  ...START,
  setCell: (cell) => set({ cell }),
  setReady: () => set({ ready: true }),
  inspect: (inspecting) => set({ inspecting }),
  setWidth: (column, width) => set(({ widths }) => ({ widths: { ...widths, [column]: width } })),
  enlarge: (enlarged) => set({ enlarged }),
  reset: () => set(START),
}));
