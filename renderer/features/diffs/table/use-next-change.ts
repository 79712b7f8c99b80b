import { useRef, useState } from 'react';
import type { RowFilter } from '../../../../shared/contract/diffs.ts';
import { client } from '../../../lib/client.ts';
import { notifyError } from '../../../ui/notify.ts';
import { useDiffsStore } from '../diffs-store.ts';

/** Jumps between changes, of any column or of one; the host knows where they are, however many rows lie between. */
export function useNextChange(project: string, id: string, filter: RowFilter) {
  const [seeking, setSeeking] = useState(false);
  const [none, setNone] = useState<'next' | 'previous' | null>(null);
  const busy = useRef(false);
  const next = async (back: boolean, column: string | null = null): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    setSeeking(true);
    setNone(null);
    const { cell, setCell } = useDiffsStore.getState();
    try {
      const from = cell?.row ?? -1;
      const { index } = await client.diffs.nextChange({ project, id, filter, from, back, column });
      if (index === null) setNone(back ? 'previous' : 'next');
      else setCell({ row: index, column: column ?? cell?.column ?? '' });
    } catch (error) {
      notifyError('The next change was not found', error);
    } finally {
      busy.current = false;
      setSeeking(false);
    }
  };
  return { next, seeking, none };
}

export type Jump = ReturnType<typeof useNextChange>;
