import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { GitService } from '../git/service.ts';
import { findRepo, type Repo } from './config.ts';
import { readManifest } from './manifest.ts';
import { objectPath } from './objects.ts';
import type { Pool } from './pool.ts';
import { findGitTop } from './repo-files.ts';

export type Progress = {
  readonly done: number;
  readonly total: number;
  readonly unit: 'files' | 'bytes';
  readonly label: string;
};

/** What every operation may be given. */
export type Work = {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** said once when another command must be waited for */
  readonly onWait?: ((why: string) => void) | undefined;
  /** how long to wait for another command; default 30 s */
  readonly waitMs?: number | undefined;
  /** transfers at the same time; default is what suits the remote */
  readonly jobs?: number | undefined;
};

/** What an operation works with. */
export type Context = {
  /** the project's folder */
  readonly project: string;
  readonly repo: Repo;
  readonly gitTop: string | null;
  readonly git: GitService;
  readonly pool: Pool;
  readonly stop: Int32Array;
  readonly signal: AbortSignal;
  readonly jobs: number | null;
  readonly report: (progress: Progress) => void;
};

/** The DVC repository of a project: in its folder, or above it as far as its git repository reaches. */
export function repoOf(project: string): Repo | null {
  return findRepo(project, findGitTop(project) ?? project);
}

/** @throws AppError NOT_FOUND */
export function requireRepo(project: string): Repo {
  const repo = repoOf(project);
  if (!repo)
    throw new AppError('NOT_FOUND', 'No data is versioned in this project yet. "assay data add PATH" begins to.');
  return repo;
}

/** A stop flag that an AbortSignal sets. */
export function stopOn(signal: AbortSignal | undefined): Int32Array {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const set = (): void => void Atomics.store(stop, 0, 1);
  if (signal?.aborted) set();
  signal?.addEventListener('abort', set, { once: true });
  return stop;
}

/**
 * A folder for temporary names on the disk of the data, outside of what is tracked, and emptied: only who has the lock asks for it.
 * Beside the data when `.dvc` is on another disk.
 */
export function workspaceTemporary(repo: Repo, path: string): string {
  const own = join(repo.root, '.dvc', 'tmp', 'assay');
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  const parent = dirname(join(repo.root, path));
  mkdirSync(parent, { recursive: true });
  const full = join(repo.root, path);
  const data = statSync(full, { throwIfNoEntry: false });
  return (data?.isDirectory() ? data.dev : statSync(parent).dev) === statSync(own).dev ? own : parent;
}

/**
 * The files of a version: those of its manifest, or the one that it is. Null when the manifest is not in the folder.
 * @throws AppError BAD_REQUEST when the manifest is damaged
 */
export function filesOf(folder: string, hash: string, legacy: boolean): { relpath: string; md5: string }[] | null {
  if (!hash.endsWith('.dir')) return [{ relpath: '', md5: hash }];
  let bytes: Buffer;
  try {
    bytes = readFileSync(objectPath(folder, hash, legacy));
  } catch {
    return null;
  }
  return readManifest(bytes, hash);
}
