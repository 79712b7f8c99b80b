import { useCallback, useEffect, useRef, useState } from 'react';
import type { LogStream } from '../../../../shared/contract/runs.ts';
import { client } from '../../../lib/client.ts';
import { appendPiece, EMPTY_WINDOW, type LineWindow, openWindow, prependPiece, shownRows } from './line-window.ts';

const PIECE_BYTES = 262_144;
/** A log that grew by more than this since the last look is followed at its new end, not read through. */
const SKIP_BYTES = 4 * PIECE_BYTES;
/** Pieces of a log that hold no row (one endless progress bar) are skipped, this many at once. */
const MAX_SKIPPED = 16;
const FOLLOW_MS = 700;

export type LogSource = { readonly project: string; readonly run: string; readonly stream: LogStream };

export type Log = {
  readonly window: LineWindow;
  /** False until the first piece has come. */
  readonly loaded: boolean;
  readonly error: unknown;
  /** Which way a piece is being read now. */
  readonly reading: 'earlier' | 'later' | 'jump' | null;
  earlier(): void;
  later(): void;
  /** Opens the log at a place of the file. */
  openAt(offset: number): Promise<LineWindow | null>;
  /** Opens it at its end. */
  openEnd(): Promise<LineWindow | null>;
};

/**
 * The log of a run, read by pieces, its end first; while `live` and `follow` hold, its end is looked at again and again.
 * Mount anew (by `key`) for another run or stream.
 */
export function useLog(source: LogSource, live: boolean, follow: boolean): Log {
  const { project, run, stream } = source;
  const [window, setWindow] = useState(EMPTY_WINDOW);
  const [loaded, setLoaded] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [reading, setReading] = useState<Log['reading']>(null);
  const current = useRef(EMPTY_WINDOW);
  const busy = useRef<Promise<unknown> | null>(null);

  const read = useCallback(
    async (offset: number, limit: number) => {
      const piece = await client.runs.log({ project, run, stream, offset, limit });
      return { offset: piece.offset, size: piece.size, bytes: new Uint8Array(await piece.bytes.arrayBuffer()) };
    },
    [project, run, stream],
  );

  /** One reading at a time: a jump waits for the one before it, anything else is dropped, for scrolling asks again. */
  const exclusively = useCallback(
    async (kind: Log['reading'], work: () => Promise<LineWindow | null>): Promise<LineWindow | null> => {
      while (busy.current) {
        if (kind !== 'jump') return null;
        await busy.current.catch(() => {});
      }
      const working = work();
      busy.current = working;
      setReading(kind);
      try {
        const next = await working;
        if (next && next !== current.current) {
          current.current = next;
          setWindow(next);
        }
        setError(null);
        return next;
      } catch (cause) {
        setError(cause);
        return null;
      } finally {
        busy.current = null;
        setReading(null);
        setLoaded(true);
      }
    },
    [],
  );

  const readEnd = useCallback(async () => {
    const piece = await read(-PIECE_BYTES, PIECE_BYTES);
    return openWindow(piece.bytes, piece.offset, piece.size);
  }, [read]);

  const openEnd = useCallback(() => exclusively('jump', readEnd), [exclusively, readEnd]);

  const openAt = useCallback(
    (offset: number) =>
      exclusively('jump', async () => {
        const from = Math.max(0, offset - PIECE_BYTES / 4);
        const piece = await read(from, PIECE_BYTES);
        return openWindow(piece.bytes, piece.offset, piece.size);
      }),
    [exclusively, read],
  );

  const earlier = useCallback(() => {
    if (current.current.start === 0) return;
    void exclusively('earlier', async () => {
      let next = current.current;
      const rows = next.rows.length;
      for (let i = 0; i < MAX_SKIPPED && next.start > 0 && next.rows.length === rows; i++) {
        const from = Math.max(0, next.start - PIECE_BYTES);
        const piece = await read(from, next.start - from);
        next = prependPiece(next, piece.bytes, piece.offset);
      }
      return next;
    });
  }, [exclusively, read]);

  const later = useCallback(() => {
    const { end, size, open } = current.current;
    if ((open?.end ?? end) >= size) return;
    void exclusively('later', async () => {
      const piece = await read(end, PIECE_BYTES);
      return appendPiece(current.current, piece.bytes, piece.size);
    });
  }, [exclusively, read]);

  const look = useCallback(
    () =>
      exclusively(null, async () => {
        const { end, size, open } = current.current;
        const piece = await read(end, PIECE_BYTES);
        if (piece.size < size || piece.size - end > SKIP_BYTES) return readEnd();
        if (piece.size === size && (open?.end ?? end) >= size) return current.current;
        return appendPiece(current.current, piece.bytes, piece.size);
      }),
    [exclusively, read, readEnd],
  );

  useEffect(() => {
    void openEnd();
  }, [openEnd]);

  useEffect(() => {
    if (!follow || !loaded) return;
    // Once more after the end too: the last lines may have come after the last look.
    void look();
    if (!live) return;
    const timer = setInterval(() => {
      if (!document.hidden) void look();
    }, FOLLOW_MS);
    return () => clearInterval(timer);
  }, [live, follow, loaded, look]);

  return { window, loaded, error, reading, earlier, later, openAt, openEnd };
}

/** True when the window reaches the end of the log as far as it is known. */
export function reachesEnd(window: LineWindow): boolean {
  return (shownRows(window).at(-1)?.end ?? window.end) >= window.size;
}
