import type { FileHandle } from 'node:fs/promises';
import type { LogMatches } from '../../../shared/contract/runs.ts';
import { AppError } from '../../../shared/errors.ts';
import { fileInside, openToRead, readRange } from './run-files.ts';

const BLOCK = 1 << 20;
const MAX_TEXT = 500;
/** UTF-8 has four bytes a character at most; a little more lets the cut fall between characters. */
const MAX_TEXT_BYTES = MAX_TEXT * 4;
const NEWLINE = 10;
const RETURN = 13;

/**
 * A piece of a log. A negative offset counts from the end; an offset behind the end gives no bytes. A file that is not there is empty.
 * @param folder the run's real folder
 */
export async function readLog(
  folder: string,
  name: string,
  offset: number,
  limit: number,
): Promise<{ offset: number; size: number; bytes: Blob }> {
  const file = fileInside(folder, name);
  if (!file) return { offset: 0, size: 0, bytes: new Blob([]) };
  const { size } = file.stats;
  const start = offset < 0 ? Math.max(0, size + offset) : Math.min(offset, size);
  const bytes = await readRange(file.path, start, limit);
  return { offset: start, size: Math.max(size, start + bytes.length), bytes: new Blob([bytes]) };
}

/**
 * Lines that contain a text, ASCII letters in either case, other characters as they are. A line ends at a newline or a carriage return, so
 * that a progress bar, which redraws itself with the latter, is many lines. Each line comes once, with the byte offset of its start and at
 * most 500 characters; of a longer line the part around the match.
 * @param from 0 or a `next` of before: the start of a line
 * @throws AppError CANCELLED
 */
export async function searchLog(
  folder: string,
  name: string,
  query: { text: string; from: number; limit: number },
  signal?: AbortSignal,
): Promise<LogMatches> {
  const file = fileInside(folder, name);
  if (!file) return { matches: [], next: null };
  const handle = await openToRead(file.path);
  try {
    return await searchFile(handle, query, signal);
  } finally {
    await handle.close();
  }
}

async function searchFile(
  handle: FileHandle,
  { text, from, limit }: { text: string; from: number; limit: number },
  signal: AbortSignal | undefined,
): Promise<LogMatches> {
  const needle = fold(Buffer.from(text));
  const matches: LogMatches['matches'] = [];
  const buffer = Buffer.alloc(BLOCK + needle.length);
  const folded = Buffer.alloc(buffer.length);
  let lineStart = from;
  /** A line is reported once: after a match its rest is passed over. */
  let passing = false;
  let kept = 0;
  for (let at = from; ; ) {
    if (signal?.aborted) throw new AppError('CANCELLED', 'The search was stopped.');
    const { bytesRead } = await handle.read(buffer, kept, BLOCK, at + kept);
    if (bytesRead === 0) return { matches, next: null };
    const length = kept + bytesRead;
    const block = buffer.subarray(0, length);
    const haystack = fold(block, folded);
    let position = 0;
    while (position < length) {
      if (passing) {
        const end = lineEnd(block, position);
        if (end < 0) {
          position = length;
          break;
        }
        passing = false;
        position = end + 1;
        lineStart = at + position;
        if (matches.length === limit) return { matches, next: lineStart };
        continue;
      }
      const found = haystack.indexOf(needle, position);
      if (found < 0) break;
      const before = lastLineEnd(block, position, found);
      if (before >= 0) lineStart = at + before + 1;
      matches.push({ offset: lineStart, text: await lineText(handle, lineStart, at + found, needle.length) });
      position = found + needle.length;
      passing = true;
    }
    // a match may begin in the last bytes of this block and end in the next one
    const keepFrom = passing ? length : Math.max(position, length - needle.length + 1);
    if (!passing) {
      const last = lastLineEnd(block, position, keepFrom);
      if (last >= 0) lineStart = at + last + 1;
    }
    block.copy(buffer, 0, keepFrom, length);
    kept = length - keepFrom;
    at += keepFrom;
  }
}

/** The first line end at or after `from`; -1 when there is none. */
function lineEnd(block: Buffer, from: number): number {
  const newline = block.indexOf(NEWLINE, from);
  const ret = block.subarray(from, newline < 0 ? block.length : newline).indexOf(RETURN);
  return ret < 0 ? newline : from + ret;
}

/** The last line end in [from, to); -1 when there is none. */
function lastLineEnd(block: Buffer, from: number, to: number): number {
  const piece = block.subarray(from, to);
  const last = Math.max(piece.lastIndexOf(NEWLINE), piece.lastIndexOf(RETURN));
  return last < 0 ? -1 : from + last;
}

async function lineText(handle: FileHandle, lineStart: number, match: number, length: number): Promise<string> {
  const far = match + length - lineStart > MAX_TEXT;
  const start = far ? Math.max(lineStart, match - MAX_TEXT / 4) : lineStart;
  const bytes = Buffer.alloc(MAX_TEXT_BYTES);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
  const piece = bytes.subarray(0, bytesRead);
  const matchAt = match - start;
  const end = lineEnd(piece, Math.min(matchAt, piece.length));
  // a window may begin within a character
  let begin = 0;
  if (far) while (begin < 3 && (piece[begin]! & 0xc0) === 0x80) begin++;
  const text = piece.subarray(begin, end < 0 ? piece.length : end).toString('utf8');
  const characters = [...(far ? `…${text}` : text)];
  return characters.length > MAX_TEXT ? `${characters.slice(0, MAX_TEXT - 1).join('')}…` : characters.join('');
}

const LOWER = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));

/** ASCII letters to lower case, other bytes as they are. */
function fold(bytes: Buffer, into: Buffer = Buffer.alloc(bytes.length)): Buffer {
  for (let i = 0; i < bytes.length; i++) into[i] = LOWER[bytes[i]!]!;
  return into.subarray(0, bytes.length);
}
