import type { CacheInfo, Dataset } from '../../../shared/contract/datasets.ts';
import { formatBytes, formatCount, plural } from '../../lib/format.ts';

/** How loud a state is: `calm` needs nothing, `work` waits for a person, `bad` cannot be used as it is. */
export type Tone = 'calm' | 'work' | 'bad' | 'muted';

type Drifting = Pick<Dataset, 'state' | 'drift' | 'folder'>;

/** The state of a working copy in words: "3 files added, 1 changed, +1.2 MiB". */
export function stateWords({ state, drift }: Drifting): { words: string; tone: Tone } {
  switch (state) {
    case 'unchanged':
      return { words: 'Unchanged', tone: 'calm' };
    case 'modified':
      return { words: drift ? driftWords(drift) : 'Changed', tone: 'work' };
    case 'deleted':
      return { words: 'Not in the working copy', tone: 'bad' };
    case 'new':
      return { words: 'No version recorded yet', tone: 'work' };
    case 'not in cache':
      return { words: 'Not on this machine', tone: 'bad' };
    case 'unknown':
      return { words: 'Looking …', tone: 'muted' };
  }
}

/** What a working copy differs by. */
export function driftWords({ size, files }: NonNullable<Dataset['drift']>): string {
  const parts: string[] = [];
  if (files) {
    const all = [
      [files.added, 'added'],
      [files.removed, 'removed'],
      [files.changed, 'changed'],
    ] as const;
    for (const [count, word] of all)
      if (count > 0)
        parts.push(parts.length === 0 ? `${plural(count, 'file')} ${word}` : `${formatCount(count)} ${word}`);
  }
  if (parts.length === 0) parts.push('Changed');
  if (size !== 0) parts.push(signedBytes(size));
  return parts.join(', ');
}

/** The same as a sentence about the working copy. */
export function differenceWords({ drift }: Pick<Dataset, 'drift'>): string {
  if (!drift?.files) {
    const by = drift && drift.size !== 0 ? ` (${signedBytes(drift.size)})` : '';
    return `The working copy has changed since the recorded version${by}.`;
  }
  return `The working copy differs from the recorded version: ${driftWords(drift)}.`;
}

/** `+1.2 MiB`, `−340 B`. */
export function signedBytes(bytes: number): string {
  return bytes < 0 ? `−${formatBytes(-bytes)}` : `+${formatBytes(bytes)}`;
}

const LINKS: Readonly<Record<string, string>> = {
  reflink: 'reflinks, which cost nothing until a file changes',
  hardlink: 'hard links, which cost nothing',
  symlink: 'symbolic links, which cost nothing',
  copy: 'copies, so files in the working copy are paid twice',
};

/** What the cache costs, as a sentence without a full stop. */
export function cacheWords(cache: CacheInfo): string {
  const paid = `${formatBytes(cache.diskBytes)} on disk for ${formatBytes(cache.bytes)} of data`;
  const shared = cache.sharedBytes > 0 ? `, ${formatBytes(cache.sharedBytes)} shared with the working copy` : '';
  return `${paid} in ${plural(cache.objects, 'object')}${shared}`;
}

/** How files get from the cache into the working copy. */
export function linkWords(cache: CacheInfo): string | null {
  return cache.used ? `Files are put in place as ${LINKS[cache.used] ?? cache.used}` : null;
}

/** `5 datasets, 3.4 GiB`. */
export function sumWords(datasets: readonly Pick<Dataset, 'size'>[]): string {
  const bytes = datasets.reduce((sum, one) => sum + (one.size ?? 0), 0);
  return `${plural(datasets.length, 'dataset')}, ${formatBytes(bytes)}`;
}

/** The message that is proposed for a commit. */
export function commitMessage(datasets: readonly Pick<Dataset, 'path' | 'state'>[]): string {
  if (datasets.length === 0) return 'Update data';
  if (datasets.length === 1) return `Update ${datasets[0]!.path}`;
  return `Update ${datasets.length} datasets`;
}

/** A tag without the dataset's name before it: `v1` of `train@v1`. */
export function tagWord(tag: string): string {
  return tag.slice(tag.lastIndexOf('@') + 1) || tag;
}
