/**
 * Lists taller than a browser can scroll. An element may be about 16 to 33 million px high, so ten million rows of 28 px do not fit; beyond
 * `MOST` the scroll bar stands for the place in the list instead of being it. Pure.
 */
export type Tall = {
  readonly count: number;
  /** of a row, in px */
  readonly row: number;
  /** of what is seen, in px */
  readonly view: number;
};

const MOST = 8_000_000;

/** Height of all rows, in px of the list. */
export function listHeight({ count, row }: Tall): number {
  return count * row;
}

/** Height of the element that scrolls, in px of the browser. */
export function scrollHeight(tall: Tall): number {
  return Math.min(listHeight(tall), Math.max(MOST, tall.view));
}

/** True when the scroll bar is not the place itself, so that wheel and keys must be followed by hand. */
export function isTall(tall: Tall): boolean {
  return listHeight(tall) > scrollHeight(tall);
}

/** The last place that can be scrolled to, in px of the list. */
export function lastTop(tall: Tall): number {
  return Math.max(0, listHeight(tall) - tall.view);
}

/** Where in the list (px) the browser's `scrollTop` is. */
export function toList(tall: Tall, scrollTop: number): number {
  const room = scrollHeight(tall) - tall.view;
  if (!isTall(tall) || room <= 0) return Math.max(0, scrollTop);
  return Math.min(1, Math.max(0, scrollTop / room)) * lastTop(tall);
}

/** The browser's `scrollTop` for a place in the list. */
export function toScroll(tall: Tall, top: number): number {
  const last = lastTop(tall);
  if (!isTall(tall) || last === 0) return Math.min(top, last);
  return (Math.min(last, Math.max(0, top)) / last) * (scrollHeight(tall) - tall.view);
}

/** The rows that are seen from `top` on, `extra` more at both ends; `last` is inclusive, and below `first` when there is nothing. */
export function rowsAt(tall: Tall, top: number, extra = 6): { first: number; last: number } {
  const first = Math.max(0, Math.floor(top / tall.row) - extra);
  const last = Math.min(tall.count - 1, Math.ceil((top + tall.view) / tall.row) + extra);
  return { first, last };
}

/** The nearest place from which row `index` is seen whole. */
export function topFor(tall: Tall, top: number, index: number): number {
  const from = index * tall.row;
  const fits = Math.min(top, from);
  return Math.min(lastTop(tall), Math.max(fits, from + tall.row - tall.view, 0));
}
