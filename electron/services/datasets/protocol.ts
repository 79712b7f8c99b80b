import type { Hashed as LfsHashed } from '../lfs/file-hash.ts';
import type { Store } from '../lfs/store.ts';
import type { Placement } from '../lfs/tasks.ts';
import type { CacheCost, CachedObject } from './cache-cost.ts';
import type { Candidate } from './candidates.ts';
import type { LinkType, Repo } from './config.ts';
import type { Stamp } from './file-hash.ts';
import type { Ring } from './large-file.ts';

/** A file and the object it is to be; `hash` without knowing it is null. */
export type Item = { readonly path: string; readonly hash: string | null };
/** A file to store, as it was when it was looked at. */
export type StoreItem = Item & { readonly stamp: Stamp };

/** What the workers can be asked. `stop` turns to 1 when the work should end. */
export type DataCalls = {
  /** looks at a file or folder; files that changed since they were remembered have no MD5 */
  scan: {
    input: { root: string; path: string; memory: string; always: boolean };
    output: Scan;
  };
  /** hashes files */
  hash: { input: { items: readonly Item[]; legacy: boolean }; output: { md5s: string[]; stamps: Stamp[] } };
  /** hashes files and puts each into the cache */
  store: {
    input: {
      items: readonly StoreItem[];
      cacheFolder: string;
      link: LinkType;
      mode: number;
      /** where links get their temporary names, on the disk of the files but outside of what is tracked */
      temporary: string;
    };
    output: { md5s: string[]; stamps: Stamp[] };
  };
  /** reads and hashes a large file, which `pour` writes at the same time in another thread */
  digest: { input: { path: string; ring: Ring }; output: { md5: string; stamp: Stamp } | null };
  pour: { input: { to: string; mode: number; ring: Ring }; output: boolean };
  /** takes objects out of the cache, each checked on its way, and puts them in the place of the files; returns the damaged ones */
  materialise: {
    input: {
      items: readonly Item[];
      cacheFolder: string;
      legacy: boolean;
      link: LinkType;
      mode: number;
      /** where files get their temporary names, on the same disk */
      temporary: string;
    };
    output: { damaged: string[]; stamps: (Stamp | null)[] };
  };
  /** copies objects between a cache and a folder remote, each checked before and after */
  transfer: {
    input: { hashes: readonly string[]; from: string; to: string; legacy: boolean; mode: number };
    output: { copied: number; bytes: number; missing: string[]; damaged: string[] };
  };
  /** hashes objects of the cache */
  verify: {
    input: { hashes: readonly string[]; folder: string; legacy: boolean };
    output: { missing: string[]; damaged: string[]; bytes: number };
  };
  /** counts what a cache costs */
  cacheCost: { input: { folder: string; maxMs: number }; output: CacheCost };
  /** lists the objects of a cache */
  objects: { input: { folder: string }; output: CachedObject[] };
  /** moves objects out of the cache; the id of the trash, null when there was nothing */
  moveToTrash: { input: { repo: Repo; garbage: readonly CachedObject[]; now: number }; output: string | null };
  /** puts a trash back; how many objects */
  restoreTrash: { input: { repo: Repo; id: string }; output: number };
  /** deletes a trash, or with null those that are old */
  emptyTrash: { input: { repo: Repo; id: string | null; now: number }; output: undefined };
  /** looks for data that is not versioned */
  candidates: { input: { root: string; known: readonly string[]; maxMs: number }; output: Candidate[] };
  /** hashes files with SHA-256; null for what is no file */
  lfsHash: { input: { paths: readonly string[] }; output: (LfsHashed | null)[] };
  /** puts files into a store of Git LFS */
  lfsStore: { input: { paths: readonly string[]; store: Store }; output: LfsHashed[] };
  /** puts objects of Git LFS in the place of files */
  lfsPlace: {
    input: { items: readonly Placement[]; store: Store; temporary: string };
    output: { stamps: (Stamp | null)[]; damaged: string[] };
  };
};
export type DataCall = keyof DataCalls;

export type Scan =
  | { readonly kind: 'missing' }
  /** nothing changed since it was remembered */
  | {
      readonly kind: 'same';
      readonly isFolder: boolean;
      readonly hash: string;
      readonly size: number;
      readonly nfiles: number;
    }
  | {
      readonly kind: 'read';
      readonly isFolder: boolean;
      readonly isexec: boolean;
      /** from the folder; `['']` for a single file */
      readonly relpaths: string[];
      readonly stamps: Stamp[];
      readonly md5s: (string | null)[];
    };

export type Question = {
  [K in DataCall]: { id: number; call: K; input: DataCalls[K]['input']; stop: Int32Array };
}[DataCall];
export type Answer =
  | { id: number; output: unknown }
  | { id: number; error: string; code: string | null; errno: string | null; path: string | null };
