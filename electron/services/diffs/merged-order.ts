/** What a row of the merged order is. The numbers stand in the table of changes too. */
export const CHANGED = 0;
export const ADDED = 1;
export const REMOVED = 2;

/**
 * All rows of both sides in one order: that of the new table, each removed row before the first row that was behind it and is still there. Only
 * what differs is held; where an unchanged row stands follows from it.
 */
export type MergedOrder = {
  /** how many rows there are */
  readonly total: number;
  /** by change: CHANGED, ADDED or REMOVED */
  readonly kinds: Uint8Array;
  /** by change: where it stands, rising */
  readonly at: Uint32Array;
  /** by change: removed rows before it */
  readonly removedBefore: Uint32Array;
  /** by removed row: the new row that it stands before */
  readonly removedPlaces: Uint32Array;
};

/** A row by its numbers in the files; `change` is null for an unchanged one, whose `before` is not known here. */
export type MergedPlace = {
  readonly change: number | null;
  readonly kind: number | null;
  readonly after: number | null;
};

/**
 * @param kinds of the changes in order
 * @param places the new row that each is, or stands before, not falling
 * @param after rows of the new table
 */
export function mergedOrder(kinds: Uint8Array, places: Uint32Array, after: number): MergedOrder {
  const at = new Uint32Array(kinds.length);
  const removedBefore = new Uint32Array(kinds.length);
  let removed = 0;
  for (let i = 0; i < kinds.length; i++) {
    removedBefore[i] = removed;
    at[i] = places[i]! + removed;
    if (kinds[i] === REMOVED) removed++;
  }
  const removedPlaces = new Uint32Array(removed);
  for (let i = 0, k = 0; i < kinds.length; i++) if (kinds[i] === REMOVED) removedPlaces[k++] = places[i]!;
  return { total: after + removed, kinds, at, removedBefore, removedPlaces };
}

/** What stands at a place of the merged order. */
export function placeAt(order: MergedOrder, position: number): MergedPlace {
  const change = firstNotBelow(order.at, position);
  if (order.at[change] === position) {
    const kind = order.kinds[change]!;
    return { change, kind, after: kind === REMOVED ? null : position - order.removedBefore[change]! };
  }
  const last = change - 1;
  const removed = last < 0 ? 0 : order.removedBefore[last]! + (order.kinds[last] === REMOVED ? 1 : 0);
  return { change: null, kind: null, after: position - removed };
}

/** Where a row of the new table stands. */
export const positionOfAfter = (order: MergedOrder, row: number): number =>
  row + firstNotBelow(order.removedPlaces, row + 1);

/** The first index whose value is not below `value`, in rising values; their count when all are. */
export function firstNotBelow(values: Uint32Array, value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
