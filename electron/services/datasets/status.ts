import { existsSync } from 'node:fs';
import { type Context, filesOf } from './context.ts';
import { objectPath } from './objects.ts';
import { type Present, readData } from './read-data.ts';
import type { Dataset } from './repo-files.ts';

/**
 * As `dvc status` names it. `new`: nothing was recorded; `deleted`: the data is not in its place; `not in cache`: as recorded, but the cache
 * does not hold it, so that it can neither be pushed nor brought back.
 */
export type State = 'unchanged' | 'modified' | 'deleted' | 'new' | 'not in cache';

export type DatasetStatus = {
  readonly path: string;
  readonly dvcPath: string;
  readonly state: State;
  /** what is recorded */
  readonly hash: string | null;
  readonly size: number | null;
  readonly nfiles: number | null;
  /** what is there now; null when nothing is */
  readonly now: { readonly hash: string; readonly size: number; readonly nfiles: number } | null;
  readonly inCache: boolean;
  /** files of a folder; null when the recorded list is not in the cache, or nothing changed */
  readonly files: Changes | null;
};

export type Changes = { readonly added: string[]; readonly removed: string[]; readonly changed: string[] };

/** Compares the working copy with what is recorded. Only files that changed since they were last read are read. */
export async function statusOf(context: Context, dataset: Dataset): Promise<DatasetStatus> {
  const { path, dvcPath, out } = dataset;
  const { cacheFolder } = context.repo.config;
  const present = await readData(context, path, out.legacy, false);
  const inCache = out.hash !== null && existsSync(objectPath(cacheFolder, out.hash, out.legacy));
  const same = present !== null && present.hash === out.hash;
  const state: State =
    out.hash === null
      ? 'new'
      : present === null
        ? 'deleted'
        : !same
          ? 'modified'
          : inCache
            ? 'unchanged'
            : 'not in cache';
  return {
    path,
    dvcPath,
    state,
    hash: out.hash,
    size: out.size,
    nfiles: out.nfiles,
    now: present && { hash: present.hash, size: present.size, nfiles: present.nfiles },
    inCache,
    files: state === 'modified' ? await changesOf(context, dataset, present!) : null,
  };
}

async function changesOf(context: Context, { path, out }: Dataset, present: Present): Promise<Changes | null> {
  if (!present.isFolder || !out.hash?.endsWith('.dir')) return null;
  const before = filesOf(context.repo.config.cacheFolder, out.hash, out.legacy);
  const now = present.entries ?? (await readData(context, path, out.legacy, true))?.entries;
  if (!before || !now) return null;
  const known = new Map(before.map((entry) => [entry.relpath, entry.md5]));
  const changes: Changes = { added: [], removed: [], changed: [] };
  for (const { relpath, md5 } of now) {
    const old = known.get(relpath);
    known.delete(relpath);
    if (old === undefined) changes.added.push(relpath);
    else if (old !== md5) changes.changed.push(relpath);
  }
  changes.removed.push(...known.keys());
  return changes;
}
