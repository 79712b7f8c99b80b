import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { linesOf, writerOf } from './chain.ts';
import type { ChainHead } from './writer.ts';

/** A line is far shorter; what is longer was not written by Assay. */
const TAIL_BYTES = 1_000_000;

/** The writers that have a chain in a folder, sorted. */
export function writersOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .flatMap((file) => writerOf(file) ?? [])
      .sort();
  } catch {
    return [];
  }
}

/**
 * The head that the last whole line of a chain gives itself, and the hashes that the lines at its end name (their own and the ones before).
 * Whether they are true is for `verify` to say. No head when the last line is none of a chain.
 */
export function tailOf(path: string): { head: ChainHead | null; hashes: ReadonlySet<string> } {
  const fd = openSync(path, 'r');
  let text: string;
  let whole: boolean;
  try {
    const { size } = fstatSync(fd);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(fd, bytes, 0, bytes.length, size - bytes.length);
    text = bytes.toString('utf8');
    whole = bytes.length === size;
  } finally {
    closeSync(fd);
  }
  const { lines } = linesOf(text);
  if (!whole) lines.shift();
  const hashes = new Set<string>();
  let head: ChainHead | null = null;
  for (const line of lines) {
    const link = linkOf(line);
    head = link && { seq: link.seq, hash: link.hash };
    if (link) hashes.add(link.prev).add(link.hash);
  }
  return { head, hashes };
}

function linkOf(line: string): { seq: number; prev: string; hash: string } | null {
  try {
    const { seq, prev, hash } = JSON.parse(line) as Record<string, unknown>;
    return Number.isSafeInteger(seq) && isHash(prev) && isHash(hash) ? { seq: seq as number, prev, hash } : null;
  } catch {
    return null;
  }
}

const isHash = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
