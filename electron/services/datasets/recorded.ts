import { posix } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { GitService } from '../git/service.ts';
import type { Repo } from './config.ts';
import { datasetsOf, isDvcFile } from './repo-files.ts';

/** A dataset as a commit, or the working copy, recorded it. */
export type Recorded = {
  /** of the data, from the repository's root, with `/` */
  readonly path: string;
  readonly hash: string | null;
  readonly legacy: boolean;
  readonly size: number | null;
};

const MOST_DVC_FILES = 5000;
const LockOut = z.object({
  path: z.string(),
  md5: z.string().regex(/^[0-9a-f]{32}(\.dir)?$/),
  size: z.coerce.number().optional().catch(undefined),
  hash: z.string().optional(),
});
const Lock = z.object({
  stages: z.record(z.string(), z.object({ outs: z.array(z.unknown()).catch([]) }).catch({ outs: [] })),
});
const Stages = z.object({
  stages: z.record(z.string(), z.object({ wdir: z.string().catch('.') }).catch({ wdir: '.' })),
});

/** The path and the folders above it, the nearest first; without the root. */
export function upwards(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, i) => parts.slice(0, parts.length - i).join('/'));
}

/**
 * The dataset that a path is, or lies in, as a commit recorded it in the `.dvc` file beside it or in a `dvc.lock` at or above it; null when
 * neither names it.
 * @param path from the repository's root, with `/`
 * @throws AppError BAD_REQUEST when the record cannot be read
 */
export async function recordedAt(git: GitService, repo: Repo, commit: string, path: string): Promise<Recorded | null> {
  const within = (one: { path: string }): boolean => path === one.path || path.startsWith(`${one.path}/`);
  for (const folder of upwards(path)) {
    const text = await git.fileAt(repo.root, commit, `${folder}.dvc`);
    const found = text === null ? undefined : ofDvcFile(repo, `${folder}.dvc`, text).find(within);
    if (found) return found;
  }
  for (const folder of [...upwards(path).slice(1), '.']) {
    const lock = await git.fileAt(repo.root, commit, posix.join(folder, 'dvc.lock'));
    if (lock === null) continue;
    const yaml = await git.fileAt(repo.root, commit, posix.join(folder, 'dvc.yaml'));
    const found = outsOfLock(folder, lock, yaml).find(within);
    if (found) return found;
  }
  return null;
}

/** The same, from `.dvc` files that are called otherwise than their data, or lie elsewhere. */
export async function recordedElsewhereAt(
  git: GitService,
  repo: Repo,
  commit: string,
  path: string,
): Promise<Recorded | null> {
  const all = await git.trackedAt(repo.root, commit, '');
  const names =
    all?.kind === 'folder' ? all.files.map((file) => file.path).filter((one) => isDvcFile(posix.basename(one))) : [];
  for (const name of names.slice(0, MOST_DVC_FILES)) {
    const text = await git.fileAt(repo.root, commit, name);
    try {
      const found = text === null ? [] : ofDvcFile(repo, name, text);
      const fitting = found.find((one) => path === one.path || path.startsWith(`${one.path}/`));
      if (fitting) return fitting;
    } catch {
      // somebody else's data
    }
  }
  return null;
}

function ofDvcFile(repo: Repo, dvcPath: string, text: string): Recorded[] {
  return datasetsOf(repo, dvcPath, text).map(({ path, out }) => ({
    path,
    hash: out.hash,
    legacy: out.legacy,
    size: out.size,
  }));
}

/**
 * The outs of a `dvc.lock`.
 * @param folder the lock's folder from the repository's root
 * @param yaml the `dvc.yaml` beside it, which knows each stage's working folder
 * @throws AppError BAD_REQUEST
 */
export function outsOfLock(folder: string, lock: string, yaml: string | null): Recorded[] {
  // every value as text: a hash of digits only is no number
  const stages = read(Lock, lock, posix.join(folder, 'dvc.lock'), 'failsafe').stages;
  const folders = yaml === null ? {} : read(Stages, yaml, posix.join(folder, 'dvc.yaml')).stages;
  return Object.entries(stages).flatMap(([stage, { outs }]) =>
    outs.flatMap((item) => {
      const out = LockOut.safeParse(item);
      if (!out.success) return [];
      // "train@3" is made from the stage "train"
      const wdir = (folders[stage] ?? folders[stage.split('@')[0]!])?.wdir ?? '.';
      const path = posix.join(folder, wdir, out.data.path).replace(/\/$/, '');
      if (path.startsWith('../') || posix.isAbsolute(out.data.path)) return [];
      return [{ path, hash: out.data.md5, legacy: out.data.hash === undefined, size: out.data.size ?? null }];
    }),
  );
}

function read<T>(shape: z.ZodType<T>, text: string, name: string, schema: 'core' | 'failsafe' = 'core'): T {
  try {
    if (text.length > 20_000_000) throw new Error('too large');
    return shape.parse(parse(text, { maxAliasCount: 100, logLevel: 'silent', schema }));
  } catch (error) {
    throw new AppError(
      'BAD_REQUEST',
      `${name} cannot be read. Correct it, or take it back from git.`,
      {},
      { cause: error },
    );
  }
}
