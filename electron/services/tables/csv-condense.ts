import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { openBytes } from './csv-scan.ts';
import type { DataFile } from './side.ts';

const [LF, CR, QUOTE] = [10, 13, 34];

export type CondenseTask = { source: DataFile; delimiter: string; to: string; longest: number };

/** `cells` were replaced; the longest record that is left has `record` bytes. */
export type Condensed = { cells: number; record: number };

/**
 * Writes a delimited text again, unpacked, with every cell of more than `longest` bytes replaced by its length and the SHA-256 of what it says (its
 * quotation marks undone, so that another way of quoting is no other cell). Needs no more memory than one such cell.
 * @param stop asked with every megabyte; throws when the work is to end
 */
export async function condense(task: CondenseTask, stop: () => void): Promise<Condensed> {
  const { source, delimiter, to, longest } = task;
  const cut = delimiter.charCodeAt(0);
  const out = createWriteStream(to);
  const failed = once(out, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => {});
  const done: Condensed = { cells: 0, record: 0 };
  let pieces: Buffer[] = [];
  let [size, record] = [0, 0];
  let hash: Hash | null = null;
  let [quoted, quotedCell, atStart, lastQuote, first] = [false, false, true, false, true];

  // what stands in the cell goes out as it is until it is too long; its hash is over the cell without its own quotation marks
  const take = (piece: Buffer): void => {
    size += piece.length;
    if (hash) hash.update(piece);
    else pieces.push(Buffer.from(piece));
    if (!hash && size > longest) {
      hash = createHash('sha256');
      for (const one of pieces) hash.update(one);
      pieces = [];
    }
  };
  const write = (bytes: Buffer): void => {
    record += bytes.length;
    out.write(bytes);
  };
  const endCell = (end: number): void => {
    if (hash) {
      write(Buffer.from(`"${size} bytes, SHA-256 ${hash.digest('hex')}"`));
      done.cells++;
    } else {
      const cell = Buffer.concat(pieces);
      write(quotedCell ? Buffer.from(`"${cell.toString('latin1').replaceAll('"', '""')}"`, 'latin1') : cell);
    }
    out.write(Buffer.of(end));
    if (end === LF) {
      done.record = Math.max(done.record, record);
      record = 0;
    }
    pieces = [];
    [size, hash, quotedCell, atStart, lastQuote] = [0, null, false, true, false];
  };

  for await (const chunk of openBytes(source) as AsyncIterable<Buffer>) {
    stop();
    let from = 0;
    if (first && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) from = 3;
    first = false;
    for (let i = from; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (quoted) {
        if (byte !== QUOTE) continue;
        take(chunk.subarray(from, i));
        from = i + 1;
        quoted = false;
        lastQuote = true;
      } else if (byte === cut || byte === LF || byte === CR) {
        take(chunk.subarray(from, i));
        from = i + 1;
        endCell(byte === cut ? cut : byte);
      } else if (byte === QUOTE && (atStart || (quotedCell && lastQuote))) {
        // a doubled mark stands for one
        if (!atStart) take(Buffer.of(QUOTE));
        from = i + 1;
        [quoted, quotedCell, atStart, lastQuote] = [true, true, false, false];
      } else [atStart, lastQuote] = [false, false];
    }
    take(chunk.subarray(from));
    if (out.writableNeedDrain) await Promise.race([once(out, 'drain'), failed]);
  }
  if (size > 0 || quotedCell) endCell(LF);
  out.end();
  await Promise.race([once(out, 'close'), failed]);
  return done;
}
