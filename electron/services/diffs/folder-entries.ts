import type { EntriesQuery, FolderEntry } from '../../../shared/contract/diffs.ts';
import { isImageName } from '../media/image-format.ts';
import { type FolderIndex, unchangedEntry } from './folder-index.ts';
import { createTurns } from './turns.ts';

export type EntriesFilter = Required<Omit<EntriesQuery, 'project' | 'id'>>;

/** The entries of a folder diff that a filter lets through, in order of path or the most bytes first; `total` counts all of them. */
export async function findEntries(
  index: FolderIndex,
  { statuses, prefix, search, only, sort, offset, limit }: EntriesFilter,
  signal?: AbortSignal,
): Promise<{ total: number; entries: FolderEntry[] }> {
  const turn = createTurns(signal);
  const wanted = new Set(statuses);
  const below = prefix === '' ? '' : `${prefix.replace(/\/+$/, '')}/`;
  const text = search.toLowerCase();
  const fits = ({ path, renamedFrom }: FolderEntry): boolean =>
    (path.startsWith(below) || (renamedFrom?.startsWith(below) ?? false)) &&
    (text === '' || path.toLowerCase().includes(text) || (renamedFrom?.toLowerCase().includes(text) ?? false)) &&
    (only === 'all' || isImageName(path));
  const found: FolderEntry[] = [];
  for (const entry of index.entries.values()) {
    const pause = turn();
    if (pause) await pause;
    if (wanted.has(entry.status) && fits(entry)) found.push(entry);
  }
  if (wanted.has('unchanged')) {
    for (const file of index.unchanged) {
      const pause = turn();
      if (pause) await pause;
      const entry = unchangedEntry(file);
      if (fits(entry)) found.push(entry);
    }
  }
  if (sort === 'bytes') found.sort((a, b) => bytesOf(b) - bytesOf(a) || (a.path < b.path ? -1 : 1));
  else if (wanted.has('unchanged')) found.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { total: found.length, entries: found.slice(offset, offset + limit) };
}

const bytesOf = ({ bytesBefore, bytesAfter }: FolderEntry): number => Math.max(bytesBefore ?? 0, bytesAfter ?? 0);
