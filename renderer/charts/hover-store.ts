import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { XKind } from './figures/x-axis.ts';

type Hover = {
  /** The kind of axis the cursor stands on, and where: steps, seconds since start, or epoch seconds. */
  readonly kind: XKind | null;
  readonly x: number | null;
  /** The run that is pointed at, in a chart or in a table. */
  readonly run: string | null;
};

const NOTHING: Hover = { kind: null, x: null, run: null };

/** Where the pointer is, shared by all charts and tables of the page. Change it through `setHover`. */
export const hoverStore = createStore<Hover>(() => NOTHING);

let next: Hover | null = null;
let frame = 0;

/** Moves the shared cursor; at most once a frame. */
export function setHover(hover: Partial<Hover> | null): void {
  next = hover === null ? NOTHING : { ...(next ?? hoverStore.getState()), ...hover };
  if (frame !== 0) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    const value = next;
    next = null;
    if (value) hoverStore.setState(value);
  });
}

/** The run that is pointed at anywhere on the page. */
export function useHoveredRun(): string | null {
  return useStore(hoverStore, (state) => state.run);
}
