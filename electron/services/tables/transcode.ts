import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { openBytes } from './csv-scan.ts';
import type { DataFile } from './side.ts';

const LF = 10;
/** A longer line without an end is decoded in pieces, each by itself. */
const MOST_HELD = 16 << 20;

export type TranscodeTask = { source: DataFile; from: 'utf-16le' | 'utf-16be' | 'unknown'; to: string };

/** Lines that were not UTF-8, and lines that were and have more than ASCII. */
export type Transcoded = { other: number; utf8: number };

/** How a file says by its first bytes that it is UTF-16; null when it does not. */
export async function utf16Of(source: DataFile): Promise<'utf-16le' | 'utf-16be' | null> {
  for await (const piece of openBytes(source) as AsyncIterable<Buffer>) {
    if (piece[0] === 0xff && piece[1] === 0xfe) return 'utf-16le';
    return piece[0] === 0xfe && piece[1] === 0xff ? 'utf-16be' : null;
  }
  return null;
}

/**
 * Writes a text as UTF-8. Of an unknown encoding each line that is not UTF-8 is taken for Windows-1252, of which Latin-1 is a part.
 * @param stop asked with every megabyte; throws when the work is to end
 */
export async function transcode({ source, from, to }: TranscodeTask, stop: () => void): Promise<Transcoded> {
  const done: Transcoded = { other: 0, utf8: 0 };
  const out = createWriteStream(to);
  const failed = once(out, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => {});
  const western = new TextDecoder('windows-1252');
  const wide = from === 'unknown' ? null : new TextDecoder(from);
  const line = (bytes: Buffer): void => {
    if (isUtf8(bytes)) {
      if (bytes.some((byte) => byte > 127)) done.utf8++;
      out.write(bytes);
    } else {
      done.other++;
      out.write(western.decode(bytes));
    }
  };
  let held: Buffer[] = [];
  let size = 0;
  for await (const piece of openBytes(source) as AsyncIterable<Buffer>) {
    stop();
    if (wide) out.write(wide.decode(piece, { stream: true }));
    else {
      let start = 0;
      for (let end = piece.indexOf(LF); end >= 0; end = piece.indexOf(LF, start)) {
        line(Buffer.concat([...held, piece.subarray(start, end + 1)]));
        [held, size, start] = [[], 0, end + 1];
      }
      held.push(piece.subarray(start));
      size += piece.length - start;
      if (size > MOST_HELD) {
        line(Buffer.concat(held));
        [held, size] = [[], 0];
      }
    }
    if (out.writableNeedDrain) await Promise.race([once(out, 'drain'), failed]);
  }
  if (wide) out.write(wide.decode());
  else if (size > 0) line(Buffer.concat(held));
  out.end();
  await Promise.race([once(out, 'close'), failed]);
  return done;
}
