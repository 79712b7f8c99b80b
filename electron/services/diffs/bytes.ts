import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { AppError } from '../../../shared/errors.ts';
import { isAudioName } from '../media/image-format.ts';
import type { DataFile } from '../tables/side.ts';
import { audioFacts } from './audio-facts.ts';
import { diffDocuments, documentFormat } from './document.ts';
import type { BytesDiff } from './types.ts';

const SNIFFED = 8192;
const MOST_TEXT = 64 << 20;
/** Steps that finding the fewest added and removed lines may cost; beyond it they are counted as multisets. */
const MOST_STEPS = 4000;

/** MD5 of a file's bytes, in lower-case hex. */
export async function md5Of(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('md5');
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 1 << 20, ...(signal ? { signal } : {}) }))
      hash.update(piece);
  } catch (error) {
    if (signal?.aborted) throw new AppError('CANCELLED', 'The comparison was stopped.', {}, { cause: error });
    throw error;
  }
  return hash.digest('hex');
}

/**
 * Compares two files that are not tables: as lines when both are UTF-8 text of at most 64 MB, and as documents when their names say JSON or
 * YAML, else by size, hash, and for recordings by what they say of themselves. `identical_data`: only the writing of a document changed.
 */
export async function diffBytes(before: DataFile, after: DataFile, signal?: AbortSignal): Promise<BytesDiff> {
  const started = performance.now();
  const [a, b] = [await stat(before.file), await stat(after.file)];
  const md5 = { before: await md5Of(before.file, signal), after: await md5Of(after.file, signal) };
  const same = a.size === b.size && md5.before === md5.after;
  const text = a.size <= MOST_TEXT && b.size <= MOST_TEXT && (await isText(before.file)) && (await isText(after.file));
  const texts = text ? [await readFile(before.file, 'utf8'), await readFile(after.file, 'utf8')] : null;
  const lines = texts && countLines(texts[0]!, texts[1]!);
  const format = documentFormat(after.name);
  const document =
    texts && format !== null && documentFormat(before.name) === format
      ? diffDocuments(format, texts[0]!, texts[1]!)
      : null;
  const audio = isAudioName(before.name) && isAudioName(after.name) ? await audioFacts(before.file, after.file) : null;
  return {
    kind: text ? 'text' : 'binary',
    verdict: same ? 'identical' : document?.length === 0 ? 'identical_data' : 'changed',
    bytes: { before: a.size, after: b.size },
    md5,
    lines: lines?.counts ?? null,
    document,
    metadata: audio?.metadata ?? [],
    findings: [...(lines?.findings ?? []), ...(audio?.findings ?? [])],
    elapsedMs: Math.round(performance.now() - started),
  };
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
