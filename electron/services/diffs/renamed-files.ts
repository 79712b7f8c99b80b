import type { LocatedFile } from '../datasets/located.ts';

/** Beyond so many pairs of the same content, names are matched in order instead of each with each. */
const MOST_PAIRS = 40_000;

/**
 * Which removed file each added one of the same content was: the most alike names first, an equal file name before anything else.
 * @returns by added file the removed one
 */
export function matchRenamed(
  gone: readonly LocatedFile[],
  fresh: readonly LocatedFile[],
): Map<LocatedFile, LocatedFile> {
  const found = new Map<LocatedFile, LocatedFile>();
  if (gone.length * fresh.length > MOST_PAIRS) return matchInOrder(gone, fresh);
  const pairs = gone.flatMap((old) => fresh.map((now) => ({ old, now, alike: alike(old.relpath, now.relpath) })));
  pairs.sort(
    (a, b) => b.alike - a.alike || compare(a.old.relpath, b.old.relpath) || compare(a.now.relpath, b.now.relpath),
  );
  const taken = new Set<LocatedFile>();
  for (const { old, now } of pairs) {
    if (taken.has(old) || found.has(now)) continue;
    taken.add(old);
    found.set(now, old);
  }
  return found;
}

function matchInOrder(gone: readonly LocatedFile[], fresh: readonly LocatedFile[]): Map<LocatedFile, LocatedFile> {
  const found = new Map<LocatedFile, LocatedFile>();
  const byName = new Map<string, LocatedFile[]>();
  for (const old of gone) {
    const name = nameOf(old.relpath);
    const of = byName.get(name);
    if (of) of.push(old);
    else byName.set(name, [old]);
  }
  const rest: LocatedFile[] = [];
  for (const now of fresh) {
    const old = byName.get(nameOf(now.relpath))?.pop();
    if (old) found.set(now, old);
    else rest.push(now);
  }
  const left = [...byName.values()].flat().sort((a, b) => compare(a.relpath, b.relpath));
  rest.sort((a, b) => compare(a.relpath, b.relpath));
  for (const [i, now] of rest.entries()) if (left[i]) found.set(now, left[i]);
  return found;
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Characters in common at both ends; a path of the same file name beats any other. */
function alike(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < most - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return head + tail + (nameOf(a) === nameOf(b) ? 10_000 : 0);
}
