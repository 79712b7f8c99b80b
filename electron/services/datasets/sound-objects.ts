import { statSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';
import type { Repo } from './config.ts';
import { stopOn } from './context.ts';
import { objectPath } from './objects.ts';
import type { Pool } from './pool.ts';

/** DVC takes a file of this mode for verified. */
const VERIFIED = 0o444;
/** Smaller objects are hashed all the same: that costs less than a tenth of a second. */
const SMALL_BYTES = 32_000_000;
const MOST_KNOWN = 10_000;
const known = new Set<string>();

/**
 * Makes sure that an object is what its name says, before anybody looks into it: hashed once as long as its file stays as it is.
 * @throws AppError UNAVAILABLE when it is damaged, CANCELLED
 */
export async function requireSound(
  { pool, signal }: { pool: Pool; signal: AbortSignal | undefined },
  repo: Repo,
  object: { hash: string; legacy: boolean; path: string },
): Promise<void> {
  const { hash, legacy, path } = object;
  const folder = repo.config.cacheFolder;
  const file = objectPath(folder, hash, legacy);
  const { size, mode, mtimeMs, ino } = statSync(file);
  if ((mode & 0o777) === VERIFIED && size > SMALL_BYTES) return;
  const key = `${file}\0${ino} ${size} ${mtimeMs}`;
  if (known.has(key)) return;
  const { damaged } = await pool.ask('verify', { hashes: [hash], folder, legacy }, stopOn(signal));
  if (damaged.length > 0)
    throw new AppError(
      'UNAVAILABLE',
      `The cache holds a damaged copy of ${path}. "assay data verify ${path}" shows it; pull it again from a remote.`,
    );
  if (known.size >= MOST_KNOWN) known.clear();
  known.add(key);
}
