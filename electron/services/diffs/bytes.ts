import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { AppError } from '../../../shared/errors.ts';
import { isAudioName } from '../media/image-format.ts';
import type { DataFile } from '../tables/side.ts';
import { audioFacts } from './audio-facts.ts';
import { documentFormat } from './document.ts';
import { textsInThread } from './texts-thread.ts';
import type { BytesDiff } from './types.ts';

const MOST_TEXT = 64 << 20;

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
  const format = documentFormat(before.name) === documentFormat(after.name) ? documentFormat(after.name) : null;
  const texts =
    a.size <= MOST_TEXT && b.size <= MOST_TEXT
      ? await textsInThread({ before: before.file, after: after.file, format }, a.size + b.size, signal)
      : null;
  const document = texts?.document ?? null;
  const audio = isAudioName(before.name) && isAudioName(after.name) ? await audioFacts(before.file, after.file) : null;
  return {
    kind: texts ? 'text' : 'binary',
    verdict: same ? 'identical' : document?.length === 0 ? 'identical_data' : 'changed',
    bytes: { before: a.size, after: b.size },
    md5,
    lines: texts?.lines ?? null,
    document,
    metadata: audio?.metadata ?? [],
    findings: [...(texts?.findings ?? []), ...(audio?.findings ?? [])],
    elapsedMs: Math.round(performance.now() - started),
  };
}
