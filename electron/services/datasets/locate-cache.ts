import { existsSync, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import type { Repo } from './config.ts';
import { filesOf } from './context.ts';
import type { Located, LocatedFile, SideCommit } from './located.ts';
import { objectPath } from './objects.ts';
import type { Pool } from './pool.ts';
import type { Recorded } from './recorded.ts';
import { requireSound } from './sound-objects.ts';

const TURN = 500;

/** What a version is called. */
export type As = { readonly name: string; readonly label: string; readonly commit: SideCommit };

/**
 * Data of a version, or a folder or file in it, as it lies in DVC's cache; a file is checked first.
 * @param path as people know it
 * @param inRepo the same from the repository's root
 * @throws AppError NOT_FOUND when this machine does not have it, UNAVAILABLE when the cache is damaged
 */
export async function fromCache(
  context: { pool: Pool; signal: AbortSignal | undefined },
  repo: Repo,
  recorded: Recorded,
  path: string,
  inRepo: string,
  as: As,
): Promise<Located> {
  const { hash, legacy } = recorded;
  const { cacheFolder } = repo.config;
  const inner = inRepo.slice(recorded.path.length + 1);
  const dataset = inner === '' ? path : path.slice(0, -inner.length - 1);
  const missing = (what: string): AppError =>
    new AppError(
      'NOT_FOUND',
      `${what} as of ${as.label} is not in the cache of this machine. "assay data fetch ${dataset} --rev ${as.label}" fetches it, if a remote has it.`,
      { path: dataset, rev: as.commit.id, fetch: true },
    );
  const object = async (md5: string): Promise<Located> => {
    const file = objectPath(cacheFolder, md5, legacy);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat?.isFile()) throw missing(path);
    await requireSound(context, repo, { hash: md5, legacy, path });
    // a legacy hash was made of other bytes
    return { ...as, kind: 'file', file, hash: legacy ? null : md5, size: stat.size };
  };
  if (hash === null) throw new AppError('NOT_FOUND', `No version of ${dataset} was recorded by ${as.label}.`);
  if (!hash.endsWith('.dir')) {
    if (inner !== '')
      throw new AppError('NOT_FOUND', `${dataset} was a file at ${as.label}, so it has no ${inner} in it.`);
    return object(hash);
  }
  if (!existsSync(objectPath(cacheFolder, hash, legacy))) throw missing(dataset);
  await requireSound(context, repo, { hash, legacy, path: dataset });
  const entries = filesOf(cacheFolder, hash, legacy);
  if (!entries) throw missing(dataset);
  const one = entries.find((entry) => entry.relpath === inner);
  if (one) return object(one.md5);
  const below = inner === '' ? '' : `${inner}/`;
  const files: LocatedFile[] = [];
  let total = 0;
  for (const [i, { relpath, md5 }] of entries.entries()) {
    if (i % TURN === TURN - 1) await setImmediate();
    if (!relpath.startsWith(below)) continue;
    const file = objectPath(cacheFolder, md5, legacy);
    const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? null;
    total += bytes ?? 0;
    files.push({
      relpath: relpath.slice(below.length),
      md5: legacy ? null : md5,
      size: bytes,
      file: bytes === null ? null : file,
    });
  }
  if (files.length === 0 && inner !== '')
    throw new AppError('NOT_FOUND', `${dataset} had no ${inner} in it at ${as.label}.`);
  const complete = files.every((file) => file.size !== null);
  return { ...as, kind: 'folder', files, hash: inner === '' && !legacy ? hash : null, size: complete ? total : null };
}
