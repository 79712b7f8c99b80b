import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { readJson, writeError, writeFileAtomic } from '../../platform/files.ts';
import type { CachedObject } from './cache-cost.ts';
import type { Repo } from './config.ts';
import { checkStop, type Stop } from './file-hash.ts';
import { objectPath } from './objects.ts';

export type Trash = {
  readonly id: string;
  readonly at: number;
  readonly objects: number;
  readonly bytes: number;
  readonly emptiedAt: number;
};

const DAY_MS = 86_400_000;
const KEPT_DAYS = 14;
const GOING = '.removing';

/** Inside of the cache, so on its disk; names here look like no object of DVC's (`ab/cdef…`). */
const trashFolder = (repo: Repo): string => join(repo.config.cacheFolder, 'assay-trash');
const nameOf = (hash: string, legacy: boolean): string => (legacy ? `${hash}.v2` : hash);

/**
 * Moves objects out of the cache, each with one rename, folders' lists first: a list must never promise files that are gone. Whoever dies
 * in between has moved some of them, and each of them can be restored; doing it again moves the rest.
 * @returns the id under which they can be restored; null when there was nothing
 */
export function moveToTrash(repo: Repo, garbage: readonly CachedObject[], now: number, stop: Stop): string | null {
  if (garbage.length === 0) return null;
  const id = `${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}-${randomBytes(3).toString('hex')}`;
  const folder = join(trashFolder(repo), id);
  try {
    mkdirSync(join(folder, 'objects'), { recursive: true });
    writeFileAtomic(join(folder, 'trash.json'), `${JSON.stringify({ version: 1, at: now, by: repo.root })}\n`);
    const ordered = [...garbage].sort((a, b) => Number(b.hash.endsWith('.dir')) - Number(a.hash.endsWith('.dir')));
    for (const { hash, legacy, file } of ordered) {
      checkStop(stop);
      renameSync(file, join(folder, 'objects', nameOf(hash, legacy)));
    }
  } catch (error) {
    throw error instanceof AppError ? error : writeError(folder, error);
  }
  return id;
}

/** What can be restored, newest first. */
export function listTrash(repo: Repo): Trash[] {
  return idsIn(repo)
    .flatMap((id): Trash[] => {
      const at = (readJson(join(trashFolder(repo), id, 'trash.json')) as { at?: unknown } | null)?.at;
      if (typeof at !== 'number') return [];
      const objects = objectsIn(repo, id);
      const bytes = objects.reduce((sum, one) => sum + one.bytes, 0);
      return [{ id, at, objects: objects.length, bytes, emptiedAt: at + KEPT_DAYS * DAY_MS }];
    })
    .sort((a, b) => b.at - a.at);
}

/**
 * Puts everything of one trash back into the cache, files before the lists that name them. Doing it again completes what was cut off.
 * @throws AppError NOT_FOUND
 */
export function restoreTrash(repo: Repo, id: string): number {
  const folder = folderOf(repo, id);
  const objects = objectsIn(repo, id);
  const ordered = [...objects].sort((a, b) => Number(a.hash.endsWith('.dir')) - Number(b.hash.endsWith('.dir')));
  for (const { hash, legacy, file, bytes } of ordered) {
    const target = objectPath(repo.config.cacheFolder, hash, legacy);
    mkdirSync(dirname(target), { recursive: true });
    // somebody may have added it again meanwhile: one of the two is enough, unless a power cut has truncated it
    if ((statSync(target, { throwIfNoEntry: false })?.size ?? -1) >= bytes) rmSync(file);
    else renameSync(file, target);
  }
  rmSync(folder, { recursive: true, force: true });
  removeWhenEmpty(repo);
  return objects.length;
}

/** Deletes one trash for good. @throws AppError NOT_FOUND */
export function emptyTrash(repo: Repo, id: string): void {
  const folder = folderOf(repo, id);
  // under its new name it is no longer offered, however far the deletion gets
  renameSync(folder, folder + GOING);
  rmSync(folder + GOING, { recursive: true, force: true });
  removeWhenEmpty(repo);
}

/** Deletes what has lain there for 14 days, and what was being deleted when a process ended. */
export function emptyOldTrash(repo: Repo, now: number): void {
  for (const name of namesIn(repo))
    if (name.endsWith(GOING)) rmSync(join(trashFolder(repo), name), { recursive: true, force: true });
  for (const { id, emptiedAt } of listTrash(repo)) if (emptiedAt <= now) emptyTrash(repo, id);
}

function folderOf(repo: Repo, id: string): string {
  if (!idsIn(repo).includes(id))
    throw new AppError(
      'NOT_FOUND',
      `There is no trash "${id}" (any more). What was collected is kept for ${KEPT_DAYS} days.`,
    );
  return join(trashFolder(repo), id);
}

function namesIn(repo: Repo): string[] {
  try {
    return readdirSync(trashFolder(repo));
  } catch {
    return [];
  }
}

const idsIn = (repo: Repo): string[] => namesIn(repo).filter((name) => /^\d{8}T\d{6}-[0-9a-f]{6}$/.test(name));

function objectsIn(repo: Repo, id: string): CachedObject[] {
  const folder = join(trashFolder(repo), id, 'objects');
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name): CachedObject[] => {
    const match = /^([0-9a-f]{32}(?:\.dir)?)(\.v2)?$/.exec(name);
    const file = join(folder, name);
    const stat = statSync(file, { throwIfNoEntry: false });
    return match && stat ? [{ hash: match[1]!, legacy: match[2] !== undefined, file, bytes: stat.size }] : [];
  });
}

function removeWhenEmpty(repo: Repo): void {
  try {
    rmdirSync(trashFolder(repo));
  } catch {
    // there is another one
  }
}
