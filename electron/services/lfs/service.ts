import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { stopOn, type Work } from '../datasets/context.ts';
import type { HistoryEntry } from '../datasets/history.ts';
import { createPool } from '../datasets/pool.ts';
import type { GitService } from '../git/service.ts';
import { addPaths, type LfsAdded } from './add.ts';
import { checkoutItems, checkoutPointer, type LfsCheckedOut } from './checkout.ts';
import { chooseItems, type LfsContext, type LfsItem, openContext, topPath } from './context.ts';
import { historyOf, pointerAt } from './history.ts';
import { type HashMemory, type LfsStatus, statusOf } from './status.ts';
import { type LfsVerified, verifyItems } from './verify.ts';

export type Lfs = ReturnType<typeof createLfs>;

type Deps = { projects: { get(id: string): { root: string } }; git: GitService };
type Paths = { readonly project: string; readonly paths: readonly string[] };

/**
 * Large files in Git LFS's own format: what is written here `git lfs` reads, and the other way round. What git's index holds is what is
 * recorded. Paths are absolute, or mean everything of the project when there are none.
 */
export function createLfs({ projects, git }: Deps) {
  const pool = createPool();
  const memory: HashMemory = new Map();

  const find = (project: string, work: Work = {}): Promise<LfsContext | null> =>
    openContext(projects.get(project).root, {
      git,
      pool,
      stop: stopOn(work.signal),
      signal: work.signal ?? new AbortController().signal,
      report: work.onProgress ?? (() => {}),
    });

  const open = async (project: string, work: Work): Promise<LfsContext> => {
    const context = await find(project, work);
    if (!context)
      throw new AppError(
        'BAD_REQUEST',
        'Git LFS keeps its records in git, and this project is in no git repository. Make one with "git init" first.',
      );
    return context;
  };

  const one = (context: LfsContext, full: string): LfsItem => {
    const path = topPath(context, full);
    const item = context.items.find((it) => it.path === path);
    if (!item) throw new AppError('NOT_FOUND', `${path ?? full} is not in Git LFS. "assay data list" shows what is.`);
    return item;
  };

  return {
    /** Which of these full paths Git LFS has: recorded in git's index, or given to it by `.gitattributes`; of a folder, when it holds such. */
    async has({ project, paths }: Paths): Promise<boolean[]> {
      const context = await find(project);
      if (!context) return paths.map(() => false);
      const wanted = paths.map((full) => topPath(context, full));
      const given = new Set(
        await git.lfsTracked(
          context.root,
          wanted.flatMap((path) => path || []),
        ),
      );
      return wanted.map(
        (path) =>
          path !== null &&
          (given.has(path) || context.items.some((item) => item.path === path || item.path.startsWith(`${path}/`))),
      );
    },

    /** What is recorded, and how the working copies compare with it. */
    async status(
      { project, paths }: Paths,
      work: Work = {},
    ): Promise<{ context: LfsContext; all: LfsStatus[] } | null> {
      const context = await find(project, work);
      return context && { context, all: await statusOf(context, chooseItems(context, paths), memory) };
    },

    /** What is recorded; nothing of the files is read. */
    async list({ project, paths }: Paths): Promise<{ context: LfsContext; items: LfsItem[] } | null> {
      const context = await find(project);
      return context && { context, items: chooseItems(context, paths) };
    },

    async history({ project, path }: { project: string; path: string }): Promise<HistoryEntry[]> {
      const context = await open(project, {});
      return historyOf(context, one(context, path));
    },

    /** Records what files hold now. `track` also gives files to Git LFS that it does not have yet. */
    async add({ project, paths, track }: Paths & { track: boolean }, work: Work = {}): Promise<LfsAdded[]> {
      return addPaths(await open(project, work), paths, track);
    },

    /** Puts recorded versions in place. Changes that no version holds are kept, unless `force`. */
    async checkout(
      { project, paths, force = false }: Paths & { force?: boolean },
      work: Work = {},
    ): Promise<LfsCheckedOut[]> {
      const context = await open(project, work);
      return checkoutItems(context, chooseItems(context, paths), memory, force);
    },

    /**
     * Makes an older version of one file the recorded one and puts it in place.
     * @param version a commit, branch or tag, or the beginning of a hash that the history shows
     */
    async checkoutVersion(
      { project, path, version, force = false }: { project: string; path: string; version: string; force?: boolean },
      work: Work = {},
    ): Promise<LfsCheckedOut> {
      const context = await open(project, work);
      const item = one(context, path);
      return checkoutPointer(context, item, await pointerAt(context, item, version, force), memory, force);
    },

    /** Hashes the objects of recorded versions anew. */
    async verify({ project, paths }: Paths, work: Work = {}): Promise<LfsVerified[]> {
      const context = await open(project, work);
      return verifyItems(context, chooseItems(context, paths));
    },

    /** Forgets what files held, and ends the threads. */
    async dispose(): Promise<void> {
      memory.clear();
      await pool.dispose();
    },
  };
}

/** The full path of an item. */
export const fullPath = ({ repository }: LfsContext, { path }: LfsItem): string => join(repository.top, path);
