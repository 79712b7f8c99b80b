import { useCallback, useEffect, useRef, useState } from 'react';
import type { LogMatches } from '../../../../shared/contract/runs.ts';
import { client } from '../../../lib/client.ts';
import type { LogSource } from './use-log.ts';

const LIMIT = 1000;

type Found = { readonly text: string; readonly matches: LogMatches['matches']; readonly next: number | null };
const NOTHING: Found = { text: '', matches: [], next: null };

export type LogSearch = {
  /** The text that was searched for; empty before a search. */
  readonly text: string;
  readonly count: number;
  /** True when the log has more matches than were counted so far. */
  readonly more: boolean;
  /** Which match is shown, from 0; -1 for none. */
  readonly at: number;
  /** Its place in the file. */
  readonly offset: number | null;
  readonly searching: boolean;
  readonly error: unknown;
  /** Searches the whole log for a text and goes to its first match; an empty text ends the search. */
  search(text: string): void;
  /** Goes to the next (1) or the previous (-1) match, around at both ends. */
  step(by: 1 | -1): void;
};

/** Search in a log of any size: the host looks through the file, the page gets places. A newer search stops an older one. */
export function useLogSearch({ project, run, stream }: LogSource): LogSearch {
  const [found, setFound] = useState(NOTHING);
  const [at, setAt] = useState(-1);
  const [searching, setSearching] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const abort = useRef<AbortController | null>(null);

  useEffect(() => () => abort.current?.abort(), []);

  const ask = useCallback(
    async (text: string, from: number, before: LogMatches['matches']): Promise<void> => {
      abort.current?.abort();
      const mine = new AbortController();
      abort.current = mine;
      setSearching(true);
      setError(null);
      try {
        let matches = before;
        let next: number | null = from;
        // The first match alone comes at once even from a huge log; the rest is counted while it is read.
        for (const limit of [1, LIMIT]) {
          if (next === null) break;
          const answer: LogMatches = await client.runs.searchLog(
            { project, run, stream, text, from: next, limit },
            { signal: mine.signal },
          );
          if (mine.signal.aborted) return;
          matches = [...matches, ...answer.matches];
          next = answer.next;
          setFound({ text, matches, next });
          if (limit === 1) setAt(Math.min(before.length, matches.length - 1));
        }
      } catch (cause) {
        if (!mine.signal.aborted) setError(cause);
      } finally {
        if (!mine.signal.aborted) setSearching(false);
      }
    },
    [project, run, stream],
  );

  const search = useCallback(
    (text: string) => {
      if (text !== '') {
        void ask(text, 0, []);
        return;
      }
      abort.current?.abort();
      setFound(NOTHING);
      setAt(-1);
      setSearching(false);
      setError(null);
    },
    [ask],
  );

  const step = (by: 1 | -1): void => {
    const { matches, next, text } = found;
    if (matches.length === 0) return;
    if (by === 1 && at === matches.length - 1 && next !== null) void ask(text, next, matches);
    else setAt((at + by + matches.length) % matches.length);
  };

  return {
    text: found.text,
    count: found.matches.length,
    more: found.next !== null,
    at,
    offset: found.matches[at]?.offset ?? null,
    searching,
    error,
    search,
    step,
  };
}
