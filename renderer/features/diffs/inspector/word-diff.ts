import { diffWordsWithSpace } from 'diff';

export type Word = { text: string; status: 'same' | 'added' | 'removed' };

const WITHIN_MS = 250;

/** Two texts word by word; null when they differ too much to be told apart in a quarter of a second. */
export function wordDiff(old: string, now: string): Word[] | null {
  const parts = diffWordsWithSpace(old, now, { timeout: WITHIN_MS });
  return (
    parts?.map(({ value, added, removed }) => ({
      text: value,
      status: added ? 'added' : removed ? 'removed' : 'same',
    })) ?? null
  );
}
