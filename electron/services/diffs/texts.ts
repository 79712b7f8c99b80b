import { isUtf8 } from 'node:buffer';
import { open, readFile } from 'node:fs/promises';
import { diffDocuments } from './document.ts';
import type { BytesDiff } from './types.ts';

const SNIFFED = 8192;
/** Steps that finding the fewest added and removed lines may cost; beyond it they are counted as multisets. */
const MOST_STEPS = 4000;

export type TextsTask = { readonly before: string; readonly after: string; readonly format: 'json' | 'yaml' | null };
export type TextsDiff = Pick<BytesDiff, 'document' | 'findings'> & { readonly lines: NonNullable<BytesDiff['lines']> };

/** Compares two files as lines, and with a format as documents; null when one is no UTF-8 text. Both are read whole. */
export async function diffTexts({ before, after, format }: TextsTask): Promise<TextsDiff | null> {
  if (!((await isText(before)) && (await isText(after)))) return null;
  const [old, now] = [await readFile(before, 'utf8'), await readFile(after, 'utf8')];
  const { counts, findings } = countLines(old, now);
  return { lines: counts, findings, document: format === null ? null : diffDocuments(format, old, now) };
}

async function isText(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFFED), 0, SNIFFED, 0);
    const head = buffer.subarray(0, bytesRead);
    if (head.includes(0)) return false;
  } finally {
    await file.close();
  }
  return isUtf8(await readFile(path));
}

function countLines(
  old: string,
  now: string,
): { counts: NonNullable<BytesDiff['lines']>; findings: BytesDiff['findings'] } {
  const [a, b] = [linesOf(old), linesOf(now)];
  let [from, endA, endB] = [0, a.length, b.length];
  while (from < endA && from < endB && a[from] === b[from]) from++;
  while (endA > from && endB > from && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const [left, right] = [a.slice(from, endA), b.slice(from, endB)];
  const steps = editDistance(left, right);
  const removed = steps === null ? unmatched(left, right) : (steps + left.length - right.length) / 2;
  const added = steps === null ? unmatched(right, left) : removed + right.length - left.length;
  const findings =
    old !== now && a.join('\n').replaceAll('\r', '') === b.join('\n').replaceAll('\r', '')
      ? [{ code: 'line_endings_only', message: 'Only line ends differ.' }]
      : steps === null
        ? [
            {
              code: 'lines_as_sets',
              message: 'The texts differ so much that lines are counted without regard to their order.',
            },
          ]
        : [];
  return { counts: { before: a.length, after: b.length, added, removed }, findings };
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Myers' greedy algorithm ("An O(ND) Difference Algorithm", 1986): the fewest lines added and removed; null beyond the limit. */
function editDistance(a: readonly string[], b: readonly string[]): number | null {
  const reach = new Int32Array(2 * MOST_STEPS + 3);
  const middle = MOST_STEPS + 1;
  for (let d = 0; d <= MOST_STEPS; d++) {
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && reach[middle + k - 1]! < reach[middle + k + 1]!);
      let x = down ? reach[middle + k + 1]! : reach[middle + k - 1]! + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      reach[middle + k] = x;
      if (x >= a.length && x - k >= b.length) return d;
    }
  }
  return null;
}

/** Lines of the first that the second has not, each counted as often as it is too many. */
function unmatched(a: readonly string[], b: readonly string[]): number {
  const left = new Map<string, number>();
  for (const line of b) left.set(line, (left.get(line) ?? 0) + 1);
  let count = 0;
  for (const line of a) {
    const have = left.get(line) ?? 0;
    if (have > 0) left.set(line, have - 1);
    else count++;
  }
  return count;
}
