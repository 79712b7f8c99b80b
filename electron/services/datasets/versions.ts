import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { Db } from '../../db/open.ts';
import type { Context } from './context.ts';
import { type HistoryEntry, historyOf } from './history.ts';
import type { Dataset } from './repo-files.ts';
import { tagsOf, type VersionTag } from './tags.ts';
import { type Use, usesOf } from './uses.ts';

/**
 * The versions of a dataset with their tags and the runs that read them, newest first.
 * @param rows of a version, when they are counted
 */
export async function versionsOf(
  context: Context,
  dataset: Dataset,
  db: Db | null,
  rows: (hash: string) => number | null,
): Promise<DatasetVersion[]> {
  const [history, tags] = await Promise.all([historyOf(context, dataset), tagsOf(context, dataset)]);
  const hashes = history.flatMap((entry) => entry.hash ?? []);
  const uses = db === null ? new Map<string, Use[]>() : usesOf(db, hashes);
  const placed = placeTags(history, tags);
  return history.map((entry) => ({
    ...entry,
    rows: entry.hash === null ? null : rows(entry.hash),
    tags: placed.get(entry.commit) ?? [],
    runs: (entry.hash !== null && uses.get(entry.hash)) || [],
  }));
}

/** A tag of a later commit means the newest entry that has its version: the commits in between did not change it. */
function placeTags(history: readonly HistoryEntry[], tags: readonly VersionTag[]): Map<string, string[]> {
  const placed = new Map<string, string[]>();
  for (const { name, commit, hash } of tags) {
    const entry =
      history.find((one) => one.commit === commit && one.hash === hash) ?? history.find((one) => one.hash === hash);
    if (entry) placed.set(entry.commit, [...(placed.get(entry.commit) ?? []), name]);
  }
  return placed;
}
