import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { type DataFile, packingOf } from './side.ts';

const [LF, CR, QUOTE] = [10, 13, 34];
const CHUNK = 1 << 20;

export type TextScan = {
  bytes: number;
  bom: boolean;
  utf8: boolean;
  mixedEndings: boolean;
  /** Bytes of the longest record, line end not counted. */
  longest: number;
  /** Records with anything in them, the header included. */
  records: number;
  /** Records with nothing in them at all, the end of the file not counted. */
  blank: number;
  /** Cells of the first record, and the most that any has. */
  width: number;
  widest: number;
  /** Records with another number of cells than the first. */
  ragged: number;
  /** A quotation mark is open at the end of the file. */
  unclosed: boolean;
};

/** The bytes of a file, unpacked when its name ends in .gz or .zst. */
export function openBytes({ file, name }: DataFile): Readable {
  const raw = createReadStream(file, { highWaterMark: CHUNK });
  const packed = packingOf(name);
  const unpack = packed === 'gzip' ? createGunzip() : packed === 'zstd' ? createZstdDecompress() : null;
  if (!unpack) return raw;
  raw.on('error', (error) => unpack.destroy(error));
  return raw.pipe(unpack);
}

/**
 * What only the bytes say of a delimited text: its records (quoted line ends do not end one), their widths, its line ends and its encoding.
 * @param delimiter one ASCII character; null for a text of lines, where quotes mean nothing
 * @param stop asked with every megabyte; throws when the work is to end
 */
export async function scanText(source: DataFile, delimiter: string | null, stop: () => void): Promise<TextScan> {
  const cut = delimiter === null ? -1 : delimiter.charCodeAt(0);
  const quotes = delimiter !== null;
  const scan: TextScan = {
    bytes: 0,
    bom: false,
    utf8: true,
    mixedEndings: false,
    longest: 0,
    records: 0,
    blank: 0,
    width: 0,
    widest: 0,
    ragged: 0,
    unclosed: false,
  };
  let tail: Buffer = Buffer.alloc(0);
  let [crlf, lf, cr] = [false, false, false];
  let [length, cells, last] = [0, 1, 0];
  let [quoted, quotedCell, atStart, lastCr] = [false, false, true, false];
  const end = (): void => {
    if (length === 0) scan.blank++;
    else {
      if (scan.records++ === 0) scan.width = cells;
      else if (cells !== scan.width) scan.ragged++;
      scan.widest = Math.max(scan.widest, cells);
      scan.longest = Math.max(scan.longest, length);
    }
    length = 0;
    cells = 1;
    atStart = true;
    quotedCell = false;
  };
  for await (const piece of openBytes(source) as AsyncIterable<Buffer>) {
    stop();
    let chunk = piece;
    if (scan.bytes === 0 && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) {
      scan.bom = true;
      chunk = chunk.subarray(3);
    }
    scan.bytes += piece.length;
    if (scan.utf8) {
      const joined = tail.length > 0 ? Buffer.concat([tail, piece]) : piece;
      const whole = wholeCharacters(joined);
      scan.utf8 = isUtf8(joined.subarray(0, whole));
      tail = joined.subarray(whole);
    }
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i];
      if (lastCr) {
        lastCr = false;
        if (byte === LF) {
          crlf = true;
          continue;
        }
        cr = true;
      }
      if (quoted) {
        length++;
        if (byte === QUOTE) quoted = false;
      } else if (byte === LF) {
        lf = true;
        end();
      } else if (byte === CR) {
        lastCr = true;
        end();
      } else {
        length++;
        if (byte === cut) {
          cells++;
          atStart = true;
          quotedCell = false;
        } else {
          // a doubled quote closes and at once opens again, which leaves the cell where it was
          if (byte === QUOTE && quotes && (atStart || (quotedCell && last === QUOTE))) {
            quoted = true;
            quotedCell = true;
          }
          atStart = false;
        }
      }
      last = byte!;
    }
  }
  if (length > 0) end();
  if (lastCr) cr = true;
  scan.unclosed = quoted;
  scan.utf8 = scan.utf8 && tail.length === 0;
  scan.mixedEndings = [crlf, lf, cr].filter(Boolean).length > 1;
  return scan;
}

/** How many of these bytes are not the first part of a character that the next piece completes. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needs > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** The first bytes as text, at most `limit` of them. */
export async function headOf(source: DataFile, limit: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const piece of openBytes(source) as AsyncIterable<Buffer>) {
    parts.push(piece);
    size += piece.length;
    if (size >= limit) break;
  }
  return Buffer.concat(parts)
    .subarray(0, limit)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

/** The cells of the first record, without their quotes; null when it does not end within the text. */
export function firstRecord(text: string, delimiter: string): string[] | null {
  const cells: string[] = [];
  let [cell, quoted, wasQuoted] = ['', false, false];
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (char === '"' && cell === '' && !wasQuoted) {
      quoted = true;
      wasQuoted = true;
    } else if (char === delimiter) {
      cells.push(cell);
      [cell, wasQuoted] = ['', false];
    } else if (char === '\n' || char === '\r') {
      if (cells.length > 0 || cell !== '' || wasQuoted) return [...cells, cell];
    } else cell += char;
  }
  return cells.length > 0 || cell !== '' || wasQuoted ? [...cells, cell] : null;
}

/** The separator that the first line has most of, outside quotes. */
export function delimiterOf(head: string): string {
  const line =
    head
      .replaceAll(/"(?:[^"]|"")*"/g, '')
      .split(/[\r\n]+/)
      .find((text) => text !== '') ?? '';
  const counts = [',', ';', '\t', '|'].map((delimiter) => ({ delimiter, count: line.split(delimiter).length - 1 }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).delimiter;
}
