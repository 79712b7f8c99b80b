import { written } from '../../../shared/exact-json.ts';
import { movedOf } from './moved.ts';

/** Items of two lists that belong together; one side is null for what only the other has. */
export type Aligned = { readonly old: number | null; readonly now: number | null; readonly moved: boolean };

const NAMES = ['id', 'name', 'key', 'path', 'uuid'];

/**
 * Pairs the items of two lists: by a name that every item of both has and that is unique on each side, else equal items in order, and what is
 * left between them place by place. In the order of the new list, removed items before the next that is still there.
 */
export function alignItems(old: readonly unknown[], now: readonly unknown[]): Aligned[] {
  const name = NAMES.find((key) => namesOf(old, key) !== null && namesOf(now, key) !== null);
  const pairs = name ? byName(namesOf(old, name)!, namesOf(now, name)!) : byContent(old, now);
  const order = Uint32Array.from(pairs.filter((pair) => pair >= 0));
  const moved = new Set(movedOf(order));
  const paired = new Set(order);
  const aligned: Aligned[] = [];
  let next = 0;
  const removedUpTo = (end: number): void => {
    for (; next < end; next++) if (!paired.has(next)) aligned.push({ old: next, now: null, moved: false });
  };
  for (const [at, from] of pairs.entries()) {
    if (from >= 0 && !moved.has(from)) removedUpTo(from);
    aligned.push({ old: from < 0 ? null : from, now: at, moved: from >= 0 && moved.has(from) });
  }
  removedUpTo(old.length);
  return aligned;
}

function namesOf(items: readonly unknown[], key: string): string[] | null {
  const names = items.map((item) => (item as Record<string, unknown> | null)?.[key]);
  if (items.length === 0 || !names.every((one) => ['string', 'number', 'bigint'].includes(typeof one))) return null;
  const texts = names.map(written);
  return new Set(texts).size === texts.length ? texts : null;
}

/** By new item the place of the old one, −1 without one. */
function byName(old: readonly string[], now: readonly string[]): number[] {
  const at = new Map(old.map((name, i) => [name, i]));
  return now.map((name) => at.get(name) ?? -1);
}

function byContent(old: readonly unknown[], now: readonly unknown[]): number[] {
  const [a, b] = [old.map(written), now.map(written)];
  const pairs = b.map(() => -1);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) pairs[start] = start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) pairs[--endB] = --endA;
  const places = new Map<string, number[]>();
  for (let i = endA - 1; i >= start; i--) {
    const known = places.get(a[i]!);
    if (known) known.push(i);
    else places.set(a[i]!, [i]);
  }
  for (let i = start; i < endB; i++) pairs[i] = places.get(b[i]!)?.pop() ?? -1;
  pairGaps(pairs, a.length);
  return pairs;
}

/** Between two pairs that stand still, what is left on both sides belongs together place by place: an edited item is no removed and added one. */
function pairGaps(pairs: number[], length: number): void {
  const used = new Set(pairs.filter((pair) => pair >= 0));
  const moved = new Set(movedOf(Uint32Array.from(used)));
  let next = 0;
  for (let at = 0; at <= pairs.length; ) {
    let end = at;
    while (end < pairs.length && (pairs[end]! < 0 || moved.has(pairs[end]!))) end++;
    const limit = end < pairs.length ? pairs[end]! : length;
    for (let i = at; i < end; i++) {
      if (pairs[i]! >= 0) continue;
      while (next < limit && used.has(next)) next++;
      if (next < limit) pairs[i] = next++;
    }
    next = Math.max(next, limit + 1);
    at = end + 1;
  }
}
