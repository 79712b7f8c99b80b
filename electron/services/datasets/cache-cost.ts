import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checkStop, type Stop } from './file-hash.ts';

/** What the objects of a cache cost. `complete` is false when looking was cut off by time. */
export type CacheCost = {
  readonly objects: number;
  readonly bytes: number;
  /** of objects that have more than one name: working copies, or other caches, that share their blocks as hard links */
  readonly sharedBytes: number;
  /** blocks that the file system gave them (st_blocks, 512 bytes each) */
  readonly diskBytes: number;
  readonly complete: boolean;
};

/** Counts the objects of a cache, those of DVC 2 too. Reads folders and attributes only. */
export function cacheCost({ folder, maxMs }: { folder: string; maxMs: number }, stop: Stop): CacheCost {
  const until = performance.now() + maxMs;
  const sum = { objects: 0, bytes: 0, sharedBytes: 0, diskBytes: 0, complete: true };
  const count = (shard: string): void => {
    for (const entry of entriesOf(shard)) {
      if (!entry.isFile()) continue;
      const stat = lstatSync(join(shard, entry.name), { throwIfNoEntry: false });
      if (!stat) continue;
      sum.objects++;
      sum.bytes += stat.size;
      if (stat.nlink > 1) sum.sharedBytes += stat.size;
      sum.diskBytes += stat.blocks === undefined ? stat.size : stat.blocks * 512;
    }
  };
  for (const shard of shardsOf(folder)) {
    checkStop(stop);
    if (performance.now() > until) return { ...sum, complete: false };
    count(shard);
  }
  return sum;
}

/** An object of a cache; `legacy` ones are in the place where DVC 2 wrote. */
export type CachedObject = {
  readonly hash: string;
  readonly legacy: boolean;
  readonly file: string;
  readonly bytes: number;
};

/** Every object of a cache; what only looks like one is left out. */
export function objectsOf({ folder }: { folder: string }, stop: Stop): CachedObject[] {
  const objects: CachedObject[] = [];
  for (const shard of shardsOf(folder)) {
    checkStop(stop);
    const legacy = basename(dirname(shard)) !== 'md5';
    for (const { name } of entriesOf(shard)) {
      const hash = basename(shard) + name;
      if (!/^[0-9a-f]{32}(\.dir)?$/.test(hash)) continue;
      const file = join(shard, name);
      const stat = lstatSync(file, { throwIfNoEntry: false });
      if (stat?.isFile()) objects.push({ hash, legacy, file, bytes: stat.size });
    }
  }
  return objects;
}

/** The folders of a cache that hold objects: `files/md5/ab`, and `ab` as DVC 2 wrote them. */
function shardsOf(folder: string): string[] {
  const shards = (at: string): string[] =>
    entriesOf(at)
      .filter((entry) => entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name))
      .map((entry) => join(at, entry.name));
  return [...shards(join(folder, 'files', 'md5')), ...shards(folder)];
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
