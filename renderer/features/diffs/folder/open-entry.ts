import type { FolderEntry } from '../../../../shared/contract/diffs.ts';
import { parseSide } from '../../../../shared/data-side.ts';
import { insideOf } from '../side-words.ts';
import type { DiffPlace } from '../use-diff-place.ts';

/** Whether both sides have the file, so that it can be compared with itself. */
export function isOnBothSides({ status }: Pick<FolderEntry, 'status'>): boolean {
  return status !== 'added' && status !== 'removed';
}

/** Opens the comparison of one file of the folders; `up` leads back. */
export function openEntry(place: DiffPlace, entry: Pick<FolderEntry, 'path' | 'status' | 'renamedFrom'>): void {
  const { before, after } = place.search;
  const [first, second] = [parseSide(before), parseSide(after)];
  if (!first || !second || !before || !after || !isOnBothSides(entry)) return;
  place.open(insideOf(first, entry.renamedFrom ?? entry.path), insideOf(second, entry.path), [before, after]);
}
