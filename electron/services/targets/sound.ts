import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writeFileAtomic } from '../../platform/files.ts';
import { cancelled } from '../remotes/problems.ts';

/** SHA-256 of a file's bytes, read in pieces. `onBytes` counts them. */
export async function sha256Of(file: string, signal: AbortSignal, onBytes?: (count: number) => void): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const bytes of createReadStream(file, { highWaterMark: 1 << 20, signal })) {
      hash.update(bytes as Buffer);
      onBytes?.((bytes as Buffer).length);
    }
  } catch (error) {
    if (signal.aborted) throw cancelled();
    throw error;
  }
  return hash.digest('hex');
}

const Stamps = z.record(z.string(), z.string());
const KEPT = 10_000;

/** What tells a file from one that was written since. */
function stampOf(file: string): { stamp: string; size: number } | null {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stat?.isFile()
    ? { stamp: `${stat.ino}.${stat.size}.${stat.mtimeNs}.${stat.ctimeNs}`, size: Number(stat.size) }
    : null;
}

type Wanted = { readonly path: string; readonly file: string; readonly size: number; readonly sha256: string };

/**
 * Paths of the files whose bytes are not what their digest says. A file that was hashed before and was not touched since is not read again:
 * `folder` remembers (`sound.json`, which may be deleted).
 */
export async function damaged(
  files: readonly Wanted[],
  folder: string,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<string[]> {
  const memory = join(folder, 'sound.json');
  const known = Stamps.safeParse(readJson(memory)).data ?? {};
  const wrong: string[] = [];
  let learned = false;
  for (const { path, file, size, sha256 } of files) {
    const before = stampOf(file);
    if (before?.size === size && known[sha256] === before.stamp) {
      onBytes(size);
      continue;
    }
    const sound = before?.size === size && (await sha256Of(file, signal, onBytes)) === sha256;
    if (sound && stampOf(file)?.stamp === before.stamp) {
      known[sha256] = before.stamp;
      learned = true;
    } else wrong.push(path);
  }
  if (learned) writeFileAtomic(memory, JSON.stringify(Object.fromEntries(Object.entries(known).slice(-KEPT))));
  return wrong;
}
