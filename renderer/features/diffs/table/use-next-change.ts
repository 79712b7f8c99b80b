import { useRef, useState } from 'react';
import type { RowFilter } from '../../../../shared/contract/diffs.ts';
import { client } from '../../../lib/client.ts';
import { notifyError } from '../../../ui/notify.ts';
import { useDiffsStore } from '../diffs-store.ts';

type Asked = { back: boolean; column: string | null };

/** Jumps between changes, of any column or of one; the host knows where they are, however many rows lie between. */
export function useNextChange(project: string, id: string, filter: RowFilter) {
  const [seeking, setSeeking] = useState(false);
  const [none, setNone] = useState<'next' | 'previous' | null>(null);
  const busy = useRef(false);
  const waiting = useRef<Asked | null>(null);
  const next = async (back: boolean, column: string | null = null): Promise<void> => {
    // a key that is held asks faster than the host answers; the last press wins when the answer is there
    waiting.current = { back, column };
    if (busy.current) return;
    busy.current = true;
    setSeeking(true);
    setNone(null);
    try {
      while (waiting.current) {
        const asked: Asked = waiting.current;
        waiting.current = null;
        const { cell, setCell } = useDiffsStore.getState();
        const from = cell?.row ?? -1;
        const { index } = await client.diffs.nextChange({ project, id, filter, from, ...asked });
        if (index === null) setNone(asked.back ? 'previous' : 'next');
        else setCell({ row: index, column: asked.column ?? '' });
      }
    } catch (error) {
      notifyError('The next change was not found', error);
    } finally {
      waiting.current = null;
      busy.current = false;
      setSeeking(false);
    }
  };
  return { next, seeking, none };
}

export type Jump = ReturnType<typeof useNextChange>;
