import { firstNotBelow } from './merged-order.ts';

/**
 * Rows of the merged order that are shown, as runs `starts[i]…ends[i]` (the end is not in it), with a gap item wherever rows are left out when
 * `gaps` is set. `offsets[i]` is the place of a run's first row among all items.
 */
export type Selection = {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly offsets: Uint32Array;
  readonly gaps: boolean;
  /** rows of the merged order */
  readonly rows: number;
  /** items, gaps among them */
  readonly total: number;
};

export type Item =
  | { readonly kind: 'row'; readonly position: number }
  | { readonly kind: 'gap'; readonly skipped: number };

/** Every row. */
export const everything = (rows: number): Selection =>
  make(Uint32Array.of(0), Uint32Array.of(rows), rows === 0 ? 0 : 1, false, rows);

/**
 * The rows at some places, with so many unchanged rows around each.
 * @param positions rising, none twice
 */
export function around(positions: Uint32Array, context: number, rows: number): Selection {
  const starts = new Uint32Array(positions.length);
  const ends = new Uint32Array(positions.length);
  let count = 0;
  for (const position of positions) {
    const start = Math.max(0, position - context);
    const end = Math.min(rows, position + context + 1);
    if (count > 0 && start <= ends[count - 1]!) ends[count - 1] = end;
    else {
      starts[count] = start;
      ends[count++] = end;
    }
  }
  return make(starts, ends, count, context > 0, rows);
}

/** Every row but those at some places. */
export function without(positions: Uint32Array, rows: number): Selection {
  const starts = new Uint32Array(positions.length + 1);
  const ends = new Uint32Array(positions.length + 1);
  let count = 0;
  let from = 0;
  const close = (end: number): void => {
    if (end > from) {
      starts[count] = from;
      ends[count++] = end;
    }
  };
  for (const position of positions) {
    close(position);
    from = position + 1;
  }
  close(rows);
  return make(starts, ends, count, false, rows);
}

function make(starts: Uint32Array, ends: Uint32Array, count: number, gaps: boolean, rows: number): Selection {
  const offsets = new Uint32Array(count);
  let total = 0;
  for (let i = 0; i < count; i++) {
    if (gaps && starts[i]! > (i === 0 ? 0 : ends[i - 1]!)) total++;
    offsets[i] = total;
    total += ends[i]! - starts[i]!;
  }
  if (gaps && count > 0 && ends[count - 1]! < rows) total++;
  return { starts: starts.slice(0, count), ends: ends.slice(0, count), offsets, gaps, rows, total };
}

/** The items from `offset` on, at most `limit`. */
export function itemsOf(selection: Selection, offset: number, limit: number): Item[] {
  const { starts, ends, offsets, gaps, rows, total } = selection;
  const items: Item[] = [];
  const end = Math.min(total, offset + limit);
  // the last run that begins at or before the offset; its gap stands before it
  let run = Math.max(0, firstNotBelow(offsets, offset + 1) - 1);
  for (let at = offset; at < end; ) {
    const first = offsets[run];
    if (first === undefined) {
      items.push({ kind: 'gap', skipped: rows - ends[run - 1]! });
      at++;
    } else if (at < first) {
      items.push({ kind: 'gap', skipped: starts[run]! - (run === 0 ? 0 : ends[run - 1]!) });
      at++;
    } else {
      const length = ends[run]! - starts[run]!;
      for (; at < end && at < first + length; at++) items.push({ kind: 'row', position: starts[run]! + at - first });
      if (at < end || gaps) run++;
    }
  }
  return items;
}

/** The place of a row among the items; null when it is not shown. */
export function indexOf(selection: Selection, position: number): number | null {
  const run = firstNotBelow(selection.starts, position + 1) - 1;
  if (run < 0 || position >= selection.ends[run]!) return null;
  return selection.offsets[run]! + position - selection.starts[run]!;
}

/** The place in the merged order that an item stands at; for a gap the last of the rows that it stands for. Null beyond the end. */
export function positionOf(selection: Selection, index: number): number | null {
  if (index < 0 || index >= selection.total) return null;
  const next = firstNotBelow(selection.offsets, index + 1);
  const run = next - 1;
  if (run >= 0 && index < selection.offsets[run]! + selection.ends[run]! - selection.starts[run]!)
    return selection.starts[run]! + index - selection.offsets[run]!;
  return (selection.starts[next] ?? selection.rows) - 1;
}
