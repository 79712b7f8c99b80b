import { join } from 'node:path';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { stopOn, type Work } from '../datasets/context.ts';
import type { HistoryEntry } from '../datasets/history.ts';
import { createPool } from '../datasets/pool.ts';
import type { GitService } from '../git/service.ts';
import { addPaths, type LfsAdded } from './add.ts';
import { checkoutItems, checkoutPointer, type LfsCheckedOut, type OnChanged } from './checkout.ts';
import { chooseItems, type LfsContext, type LfsItem, openContext, topPath } from './context.ts';
import { historyOf, pointerAt } from './history.ts';
import { type HashMemory, type LfsStatus, statusOf } from './status.ts';
import { findObject } from './store.ts';
import { fetchObjects, type LfsTransferred, pushObjects, withoutExcluded } from './sync.ts';
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
      return checkoutItems(context, chooseItems(context, paths), memory, onChanged(paths, force));
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
      const pointer = await pointerAt(context, item, version, force);
      // an older object is seldom on this machine: who has a remote need not fetch it in a step of its own
      if (context.config.names('remote').length > 0 || context.config.get('lfs.url') !== null)
        await fetchObjects(context, [{ ...pointer, path: item.path }], null);
      return checkoutPointer(context, item, pointer, memory, force);
    },

    /** Sends what is recorded, and what commits recorded that the remote does not have; null when there is nothing of Git LFS. */
    async push(
      { project, paths, remote = null }: Paths & { remote?: string | null },
      work: Work = {},
    ): Promise<LfsTransferred | null> {
      const context = await open(project, work);
      const items = chooseItems(context, paths);
      return items.length === 0 ? null : pushObjects(context, items, remote, memory);
    },

    /** Fetches what is recorded and puts it in place. Without paths, changed files are left as they are, as `git lfs pull` does. */
    async pull(
      { project, paths, remote = null, force = false }: Paths & { remote?: string | null; force?: boolean },
      work: Work = {},
    ): Promise<{ fetched: LfsTransferred | null; checkedOut: LfsCheckedOut[] }> {
      const context = await open(project, work);
      const items = chooseItems(context, paths);
      const wanted = paths.length === 0 ? withoutExcluded(context, items) : items;
      const fetched = await fetchObjects(context, pointersOf(wanted), remote);
      return { fetched, checkedOut: await checkoutItems(context, wanted, memory, onChanged(paths, force)) };
    },

    /** Hashes the objects of recorded versions anew; with `repair` what is missing or damaged is fetched again. */
    async verify({ project, paths, repair = false }: Paths & { repair?: boolean }, work: Work = {}) {
      const context = await open(project, work);
      const items = chooseItems(context, paths);
      const found = await verifyItems(context, items);
      if (!repair || !found.some(isBroken)) return found.map((one) => ({ ...one, repaired: 0, notRepaired: null }));
      let notRepaired: string | null = null;
      try {
        await fetchObjects(context, pointersOf(items), null);
      } catch (error) {
        notRepaired = messageOf(error);
      }
      const again = items.map(({ pointer }) => pointer !== null && findObject(context.store, pointer) !== null);
      return found.map((one, i) => {
        const repaired = isBroken(one) && again[i] ? 1 : 0;
        return { ...one, repaired, notRepaired: isBroken(one) && !again[i] ? notRepaired : null };
      });
    },

    /** Forgets what files held, and ends the threads. */
    async dispose(): Promise<void> {
      memory.clear();
      await pool.dispose();
    },
  };
}

const isBroken = (one: LfsVerified): boolean => one.missing.length + one.damaged.length > 0;

const pointersOf = (items: readonly LfsItem[]) =>
  items.flatMap(({ path, pointer }) => (pointer ? [{ path, oid: pointer.oid, size: pointer.size }] : []));

/** Who names a file that was changed wants to hear of it. */
const onChanged = (paths: readonly string[], force: boolean): OnChanged =>
  force ? 'force' : paths.length === 0 ? 'keep' : 'refuse';

/** The full path of an item. */
export const fullPath = ({ repository }: LfsContext, { path }: LfsItem): string => join(repository.top, path);
