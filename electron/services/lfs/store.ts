import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { GitConfig } from '../git/config-file.ts';
import type { Repository } from '../git/repository.ts';
import { isOid } from './pointer.ts';

/** Where a repository keeps its objects of Git LFS. */
export type Store = {
  /** its `objects`, `tmp` and `incomplete` are in here; usually `.git/lfs` */
  readonly folder: string;
  /** `objects` of repositories that this one borrows from; only read */
  readonly borrowed: readonly string[];
};

/** What no program touches for so long belongs to nobody any more. */
const A_DAY_MS = 86_400_000;

/** The store as git-lfs finds it: `lfs.storage` counts from the git folder, which linked worktrees share. */
export function storeOf({ commonFolder }: Repository, config: GitConfig): Store {
  const configured = config.get('lfs.storage');
  const folder = configured
    ? isAbsolute(configured)
      ? configured
      : join(commonFolder, configured)
    : join(commonFolder, 'lfs');
  return { folder, borrowed: alternates(join(commonFolder, 'objects')) };
}

function alternates(objects: string): string[] {
  try {
    return readFileSync(join(objects, 'info', 'alternates'), 'utf8')
      .split(/\r?\n/)
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => join(dirname(resolve(objects, line)), 'lfs', 'objects'));
  } catch {
    return [];
  }
}

const inObjects = (objects: string, oid: string): string => join(objects, oid.slice(0, 2), oid.slice(2, 4), oid);

/** Where an object is or would be. @throws Error for what is no id: it becomes a part of a path */
export function objectPath(store: Store, oid: string): string {
  if (!isOid(oid)) throw new Error('not the id of an object');
  return inObjects(join(store.folder, 'objects'), oid);
}

/** The file that holds an object, own or borrowed: one of its name and size, as git-lfs decides it; null when there is none. */
export function findObject(store: Store, { oid, size }: { oid: string; size: number }): string | null {
  const own = objectPath(store, oid);
  for (const path of [own, ...store.borrowed.map((objects) => inObjects(objects, oid))]) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() && stat.size === size) return path;
  }
  return null;
}

/** Makes the folder for temporary names of one of Assay's own and takes away what killed processes left in it long ago. */
export function prepareTemporary({ folder }: Store): string {
  const path = join(folder, 'tmp');
  mkdirSync(path, { recursive: true });
  for (const name of readdirSync(path)) {
    if (!name.startsWith('assay-')) continue;
    const stat = statSync(join(path, name), { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs > A_DAY_MS) rmSync(join(path, name), { force: true });
  }
  return path;
}

/** Takes a damaged object out of the way, so that nobody is handed it; git-lfs's fsck keeps such ones in the same place. */
export function badPath(store: Store, oid: string): string {
  const folder = join(store.folder, 'bad');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, oid);
  return existsSync(path) ? `${path}-${Date.now()}` : path;
}
