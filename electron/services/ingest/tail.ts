import { closeSync, readSync } from 'node:fs';
import { openRegular } from './safe-read.ts';

/** Read from `offset` on; `skipping` inside of a line that is too long to keep. */
export type Position = { readonly offset: number; readonly skipping: boolean };

export type Piece = {
  /** Whole lines, or none. A view that is valid until the next read. */
  readonly lines: Uint8Array;
  /** Where to go on. */
  readonly next: Position;
  /** How many lines were found to be too long. */
  readonly tooLong: number;
};

/** How much is read at once: lines of one metric make about 16,000 points of it. */
const BLOCK = 1_048_576;
/** A longer line is passed over. */
const MAX_LINE = 8_388_608;
const NEWLINE = 10;

export type Tail = ReturnType<typeof openTail>;

/** Opens a log to read whole lines from it; null when there is no such file (or it is no file). */
export function openTail(path: string) {
  const file = openRegular(path);
  if (!file) return null;
  const { fd, stats } = file;

  const read = (buffer: Uint8Array, at: number, length: number, offset: number): number => {
    let got = 0;
    while (got < length) {
      const n = readSync(fd, buffer, at + got, length - got, offset + got);
      if (n === 0) break;
      got += n;
    }
    return got;
  };

  return {
    size: stats.size,
    inode: String(stats.ino),
    /** The next whole lines after a position, at most one block of them; null when there are none yet. */
    next(position: Position): Piece | null {
      const available = stats.size - position.offset;
      if (available <= 0) return null;
      let buffer = shared();
      let length = read(buffer, 0, Math.min(BLOCK, available), position.offset);
      if (position.skipping) {
        const end = buffer.subarray(0, length).indexOf(NEWLINE);
        const offset = position.offset + (end < 0 ? length : end + 1);
        return length === 0 ? null : { lines: NOTHING, next: { offset, skipping: end < 0 }, tooLong: 0 };
      }
      let end = buffer.subarray(0, length).lastIndexOf(NEWLINE);
      while (end < 0 && length < Math.min(MAX_LINE, available)) {
        const grown = new Uint8Array(Math.min(MAX_LINE, length * 4, available));
        grown.set(buffer.subarray(0, length));
        const more = read(grown, length, grown.length - length, position.offset + length);
        if (more === 0) return null;
        end = grown.subarray(0, length + more).lastIndexOf(NEWLINE);
        buffer = grown;
        length += more;
      }
      if (end >= 0)
        return {
          lines: buffer.subarray(0, end + 1),
          next: { offset: position.offset + end + 1, skipping: false },
          tooLong: 0,
        };
      if (length < MAX_LINE) return null;
      return { lines: NOTHING, next: { offset: position.offset + length, skipping: true }, tooLong: 1 };
    },
    close: (): void => closeSync(fd),
  };
}

const NOTHING = new Uint8Array();

let block: Uint8Array | undefined;
/** One for the whole thread: a piece is parsed before the next one is read. */
function shared(): Uint8Array {
  block ??= new Uint8Array(BLOCK);
  return block;
}
