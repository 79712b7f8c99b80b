import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { Progress } from '../datasets/context.ts';
import type { Pool } from '../datasets/pool.ts';
import { type GitConfig, readGitConfig } from '../git/config-file.ts';
import type { LfsPath } from '../git/lfs.ts';
import type { Repository } from '../git/repository.ts';
import type { GitService } from '../git/service.ts';
import { MAX_POINTER_BYTES, type Pointer, parsePointer } from './pointer.ts';
import { type Store, storeOf } from './store.ts';

/** What an operation works with. */
export type LfsContext = {
  /** the project's folder, without links in its path */
  readonly root: string;
  /** the same as it was named, perhaps through a link */
  readonly named: string;
  readonly repository: Repository;
  readonly config: GitConfig;
  readonly store: Store;
  readonly git: GitService;
  readonly pool: Pool;
  readonly stop: Int32Array;
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
  readonly items: readonly LfsItem[];
  /** what the last commit has and git's index no longer */
  readonly removed: readonly { readonly path: string; readonly pointer: Pointer }[];
};

/** A path of Git LFS with what is recorded. */
export type LfsItem = LfsPath & {
  /** null when git holds something else than a pointer */
  readonly pointer: Pointer | null;
  readonly headPointer: Pointer | null;
};

/** Null when the project is in no git repository. */
export async function openContext(
  project: string,
  deps: Pick<LfsContext, 'git' | 'pool' | 'stop' | 'signal' | 'report'>,
): Promise<LfsContext | null> {
  const root = realpathSync(project);
  const tree = await deps.git.lfsTree(root);
  if (!tree) return null;
  const { repository } = tree;
  const config = readGitConfig(repository);
  const items = tree.paths.map((path) => ({
    ...path,
    pointer: path.text === null ? null : parsePointer(path.text),
    headPointer: path.headText === null ? null : parsePointer(path.headText),
  }));
  const removed = tree.removed.flatMap(({ path, text }) => {
    const pointer = parsePointer(text);
    return pointer ? [{ path, pointer }] : [];
  });
  return { ...deps, root, named: project, repository, config, store: storeOf(repository, config), items, removed };
}

/** A path of the repository from its top, with `/`; null when it is outside. `full` lies below the project as that was named. */
export function topPath({ repository, root, named }: LfsContext, full: string): string | null {
  const path = relative(repository.top, join(root, relative(named, full)))
    .split(sep)
    .join('/');
  return path === '..' || path.startsWith('../') ? null : path;
}

/** A path from the project's folder, with `/`; null when it is outside of that. */
export function projectPath({ repository, root }: LfsContext, path: string): string | null {
  const own = relative(root, join(repository.top, path)).split(sep).join('/');
  return own === '' || own.startsWith('../') ? null : own;
}

/** The items of the project that are one of these paths or below it; without paths all of them. */
export function chooseItems(context: LfsContext, paths: readonly string[]): LfsItem[] {
  const inProject = context.items.filter((item) => projectPath(context, item.path) !== null);
  if (paths.length === 0) return inProject;
  const wanted = paths.map((full) => topPath(context, full));
  return context.items.filter((item) =>
    wanted.some((path) => path !== null && (path === '' || item.path === path || item.path.startsWith(`${path}/`))),
  );
}

/** The pointer that a file's content is; null for other content, and for an empty file. */
export function pointerIn(full: string): Pointer | null {
  const stat = lstatSync(full, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size === 0 || stat.size >= MAX_POINTER_BYTES) return null;
  return parsePointer(readFileSync(full));
}

export const rawProblem = (path: string): string =>
  `.gitattributes gives ${path} to Git LFS, but git holds the file itself. "assay data add ${path}" makes a pointer of it.`;

export const notAPointer = (path: string): AppError => new AppError('CONFLICT', rawProblem(path));
