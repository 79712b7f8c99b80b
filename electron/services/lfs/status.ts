import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { DatasetState } from '../../../shared/contract/datasets.ts';
import { type Stamp, sameStamp, stampOf } from '../datasets/file-hash.ts';
import { type LfsContext, type LfsItem, pointerIn } from './context.ts';
import { findObject } from './store.ts';

/** `not in cache`: a pointer lies where the file should be, or the file is there but its object is not. */
export type LfsStatus = {
  readonly item: LfsItem;
  readonly state: DatasetState;
  /** what lies in the working copy; null when nothing does, or its pointer only */
  readonly now: { readonly hash: string; readonly size: number } | null;
  /** whether the object of the recorded version is on this machine */
  readonly inCache: boolean;
};

/** What files held when they were last read, by their full path: only what changed since is read again. */
export type HashMemory = Map<string, { stamp: Stamp; oid: string; size: number }>;

/** Compares working copies with what git's index records. Files whose size and times git remembers are not read. */
export async function statusOf(
  context: LfsContext,
  items: readonly LfsItem[],
  memory: HashMemory,
): Promise<LfsStatus[]> {
  const hashes = await hashesOf(
    context,
    items.filter((item) => !isKnown(context, item)).map((item) => join(context.repository.top, item.path)),
    memory,
  );
  return items.map((item) => compare(context, item, (full) => hashes.get(full) ?? null));
}

/** The same without reading a file: `unknown` where one would have to be read. */
export const peekStatus = (context: LfsContext, items: readonly LfsItem[], memory: HashMemory): LfsStatus[] =>
  items.map((item) => compare(context, item, (full) => remembered(full, memory)));

function compare(context: LfsContext, item: LfsItem, hashOf: (full: string) => LfsStatus['now']): LfsStatus {
  const full = join(context.repository.top, item.path);
  const { pointer } = item;
  const inCache = pointer !== null && (pointer.size === 0 || findObject(context.store, pointer) !== null);
  const stat = lstatSync(full, { throwIfNoEntry: false });
  if (!stat?.isFile()) return { item, state: 'deleted', now: null, inCache };
  const there = pointerIn(full);
  if (there) return { item, state: there.oid === pointer?.oid ? 'not in cache' : 'modified', now: null, inCache };
  const now = isKnown(context, item) ? { hash: pointer!.oid, size: pointer!.size } : hashOf(full);
  if (now === null && pointer && stat.size === pointer.size) return { item, state: 'unknown', now, inCache };
  if (now?.hash !== pointer?.oid) return { item, state: 'modified', now, inCache };
  return { item, state: inCache ? 'unchanged' : 'not in cache', now, inCache };
}

function remembered(full: string, memory: HashMemory): LfsStatus['now'] {
  const stat = lstatSync(full, { throwIfNoEntry: false });
  const known = memory.get(full);
  return stat && known && sameStamp(known.stamp, stampOf(stat)) ? { hash: known.oid, size: known.size } : null;
}

/** What need not be read: it is as git's index remembers it. */
function isKnown({ repository }: LfsContext, { path, pointer, fresh }: LfsItem): boolean {
  if (!fresh || !pointer) return false;
  return lstatSync(join(repository.top, path), { throwIfNoEntry: false })?.size === pointer.size;
}

/** SHA-256 and size of files, read only when they changed since they were read last. Those that are gone are left out. */
export async function hashesOf(
  { pool, stop, report }: LfsContext,
  files: readonly string[],
  memory: HashMemory,
): Promise<Map<string, { hash: string; size: number }>> {
  const found = new Map<string, { hash: string; size: number }>();
  const unread: string[] = [];
  for (const full of files) {
    const known = remembered(full, memory);
    if (known) found.set(full, known);
    else if (lstatSync(full, { throwIfNoEntry: false })?.isFile()) unread.push(full);
  }
  let done = 0;
  await pool.inPortions(
    'lfsHash',
    unread.map((full) => [full]),
    (paths) => ({ paths }),
    stop,
    ([hashed], [full]) => {
      report({ done: ++done, total: unread.length, unit: 'files', label: 'reading files of Git LFS' });
      if (!hashed) return;
      const { oid, size, stamp } = hashed;
      memory.set(full!, { stamp, oid, size });
      found.set(full!, { hash: oid, size });
    },
  );
  return found;
}
