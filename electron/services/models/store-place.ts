import { statSync } from 'node:fs';
import { join } from 'node:path';
import { repoOf } from '../datasets/context.ts';
import { assayFolder } from '../projects/layout.ts';

/** Where the bytes of models are. */
export type Store = {
  /** where new ones go */
  readonly folder: string;
  /** where they may be as well: a project that had no DVC repository when they came */
  readonly also: readonly string[];
  /** 0o444, or what a cache needs that a group shares */
  readonly mode: number;
};

/**
 * The store of a project: the cache that DVC data uses, wherever `.dvc/config` puts it, else `.assay/cache`. A project that gets a DVC
 * repository later keeps what it has.
 */
export function storeOf(root: string): Store {
  const own = join(assayFolder(root), 'cache');
  const repo = repoOf(root);
  if (!repo) return { folder: own, also: [], mode: 0o444 };
  return { folder: repo.config.cacheFolder, also: [own], mode: repo.config.shared ? 0o664 : 0o444 };
}

/** `files/sha256/ab/cdef…` beside the data's `files/md5`; the same below the address of a remote. */
export const objectKey = (sha256: string): string => `files/sha256/${sha256.slice(0, 2)}/${sha256.slice(2)}`;
export const objectFile = (folder: string, sha256: string): string => join(folder, ...objectKey(sha256).split('/'));

/** The file that holds these bytes, as its size says; null when this machine lacks them, or what it has was cut off. */
export function findObject({ folder, also }: Store, { sha256, size }: { sha256: string; size: number }): string | null {
  for (const place of [folder, ...also]) {
    const path = objectFile(place, sha256);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() && stat.size === size) return path;
  }
  return null;
}
