import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from './context.ts';
import type { Stamp } from './file-hash.ts';
import { makeRing } from './large-file.ts';
import { objectPath, temporaryFolder } from './objects.ts';
import { place } from './tasks.ts';

/** From this size on two threads for one file are worth it. */
export const LARGE_BYTES = 64_000_000;

/** Puts one large file into the cache as a copy; it stays where it is until the object is complete under its name. */
export async function storeLarge(
  { pool, stop, repo }: Context,
  path: string,
  mode: number,
): Promise<{ md5: string; stamp: Stamp }> {
  const { cacheFolder } = repo.config;
  const to = join(temporaryFolder(cacheFolder), `.assay-${randomBytes(8).toString('hex')}`);
  const ring = makeRing();
  try {
    const [read] = await pool.both(['digest', { path, ring }], ['pour', { to, mode, ring }], stop);
    const { md5, stamp } = read!;
    if (!place(to, objectPath(cacheFolder, md5, false), stamp[3], mode)) rmSync(to);
    return { md5, stamp };
  } catch (error) {
    rmSync(to, { force: true });
    throw error;
  }
}
