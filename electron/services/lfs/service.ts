import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatasetVersion, RemoteInfo } from '../../../shared/contract/datasets.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import type { Db } from '../../db/open.ts';
import { stopOn, type Work } from '../datasets/context.ts';
import type { HistoryEntry } from '../datasets/history.ts';
import { createPool } from '../datasets/pool.ts';
import type { PathsToCommit } from '../git/commit-paths.ts';
import type { GitService } from '../git/service.ts';
import { addPaths, type LfsAdded } from './add.ts';
import { checkoutItems, checkoutPointer, type LfsCheckedOut, type OnChanged } from './checkout.ts';
import { chooseItems, type LfsContext, type LfsItem, openContext, projectPath, topPath } from './context.ts';
import { installHint } from './hint.ts';
import { historyOf, pointerAt } from './history.ts';
import { isLfsInUse } from './in-use.ts';
import { renameItem, untrackItem } from './move.ts';
import { remotesOf } from './remote.ts';
import { learnMd5s, withRuns } from './runs.ts';
import { type HashMemory, type LfsStatus, peekStatus, statusOf } from './status.ts';
import { findObject } from './store.ts';
import { fetchObjects, type LfsTransferred, pushObjects, withoutExcluded } from './sync.ts';
import { tagsOf, tagVersion } from './tags.ts';
import { type LfsVerified, verifyItems } from './verify.ts';

export type Lfs = ReturnType<typeof createLfs>;

/** So many files are asked about every tag. */
const FEW = 20;

type Deps = { projects: { get(id: string): { root: string; db?: Db } }; git: GitService };
type Paths = { readonly project: string; readonly paths: readonly string[] };

/**
 * Large files in Git LFS's own format: what is written here `git lfs` reads, and the other way round. What git's index holds is what is
 * recorded. Paths are absolute, or mean everything of the project when there are none.
 */
export function createLfs({ projects, git }: Deps) {
  const pool = createPool();
  const memory: HashMemory = new Map();

  const contextOf = (project: string, work: Work = {}): Promise<LfsContext | null> =>
    openContext(projects.get(project).root, {
      git,
      pool,
      stop: stopOn(work.signal),
      signal: work.signal ?? new AbortController().signal,
      report: work.onProgress ?? (() => {}),
    });

  /** Null also where nothing can be in Git LFS. */
  const find = async (project: string, work: Work = {}): Promise<LfsContext | null> =>
    isLfsInUse(projects.get(project).root) ? contextOf(project, work) : null;

  const open = async (project: string, work: Work): Promise<LfsContext> => {
    const context = await contextOf(project, work);
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

  const versionsOf = async ({ project, path }: { project: string; path: string }) => {
    const context = await open(project, {});
    const item = one(context, path);
    const [history, tags] = await Promise.all([historyOf(context, item), tagsOf(context, item)]);
    const newest = new Map<string, string>();
    for (const { hash, commit } of [...history].reverse()) if (hash !== null) newest.set(hash, commit);
    const placeOf = ({ hash, commit }: { hash: string; commit: string }): string | undefined =>
      history.some((entry) => entry.commit === commit && entry.hash === hash) ? commit : newest.get(hash);
    const versions = history.map(
      (entry): DatasetVersion => ({
        ...entry,
        rows: null,
        runs: [],
        tags: tags.filter((tag) => placeOf(tag) === entry.commit).map((tag) => tag.name),
      }),
    );
    return { context, versions, own: item.path };
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
          (given.has(path) ||
            [...context.items, ...context.removed].some((one) => one.path === path || one.path.startsWith(`${path}/`))),
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

    /** The same for all of a project without reading a file, and the tags of the recorded versions by path from the repository's top. */
    async peek(project: string) {
      const context = await find(project);
      if (!context) return null;
      const items = chooseItems(context, []);
      const tags = new Map<string, string[]>();
      // tags of the whole repository say something about every file: too much to find out for many of them
      const known = (items.length === 0 ? [] : await git.tags(context.root)).filter(
        ({ name }) => items.length <= FEW || name.includes('@'),
      );
      for (const item of known.length === 0 ? [] : items) {
        const own = (await tagsOf(context, item, known)).filter((tag) => tag.hash === item.pointer?.oid);
        if (own.length > 0)
          tags.set(
            item.path,
            own.map((tag) => tag.name),
          );
      }
      return { context, all: peekStatus(context, items, memory), tags };
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

    /** The same with tags and the runs that read the versions. */
    async log(input: { project: string; path: string }): Promise<DatasetVersion[]> {
      const { context, versions } = await versionsOf(input);
      const db = projects.get(input.project).db ?? null;
      await learnMd5s(context, db, versions);
      return withRuns(context, db, versions);
    },

    /** The same as far as it is known at once; `learn` finds out about runs, and is true when there is news. */
    async versions(input: { project: string; path: string }) {
      const { context, versions, own } = await versionsOf(input);
      const db = projects.get(input.project).db ?? null;
      return {
        context,
        own,
        versions: withRuns(context, db, versions),
        learn: (): Promise<boolean> => learnMd5s(context, db, versions),
      };
    },

    /** Registers a version as a tag; returns its name. */
    async tag(input: { project: string; path: string; commit: string; version: string }): Promise<string> {
      const context = await open(input.project, {});
      return tagVersion(context, one(context, input.path), input);
    },

    /** Gives a file another path. */
    async rename({ project, path, to }: { project: string; path: string; to: string }): Promise<void> {
      const context = await open(project, {});
      await renameItem(context, one(context, path), to, memory);
    },

    /** Takes a file out of Git LFS and git; it stays where it is. */
    async untrack({ project, path }: { project: string; path: string }): Promise<void> {
      const context = await open(project, {});
      await untrackItem(context, one(context, path));
    },

    /** What a commit of these files has to hold, by paths from the project's folder: their pointers as staged, and `.gitattributes`. */
    async records({ project, paths }: Paths): Promise<PathsToCommit> {
      const context = await open(project, {});
      const staged = chooseItems(context, paths).filter((item) => !item.committed);
      const wanted = paths.map((full) => topPath(context, full));
      // what was taken out, and what a file was called before
      const removed = context.removed.filter(
        ({ path, pointer }) =>
          wanted.length === 0 || wanted.includes(path) || staged.some((item) => item.pointer?.oid === pointer.oid),
      );
      const all = [...staged, ...removed].flatMap((one) => projectPath(context, one.path) ?? []);
      const attributes = all.length > 0 && existsSync(join(context.root, '.gitattributes'));
      return { paths: attributes ? ['.gitattributes'] : [], staged: all };
    },

    /** Commits them and nothing else; returns the commit. */
    async commit(project: string, records: PathsToCommit, message: string): Promise<string> {
      const { root } = await open(project, {});
      const commit = await git.commitPaths(root, records, message);
      if (commit === null)
        throw new AppError(
          'CONFLICT',
          'There is nothing to commit: the last commit has these files as they are recorded.',
        );
      return commit;
    },

    /** The remotes of git, as places of objects; empty while nothing is in Git LFS. */
    async remotes(project: string): Promise<RemoteInfo[]> {
      const context = await find(project);
      return context && context.items.length > 0 ? remotesOf(context) : [];
    },

    /** Fetches what is recorded into the store only. */
    async fetch(
      { project, paths, remote = null, rev = null }: Paths & { remote?: string | null; rev?: string | null },
      work: Work = {},
    ): Promise<LfsTransferred | null> {
      const context = await open(project, work);
      const items = chooseItems(context, paths);
      if (rev === null) return fetchObjects(context, pointersOf(items), remote);
      const older: LfsItem[] = [];
      for (const item of items) older.push({ ...item, pointer: await pointerAt(context, item, rev, true) });
      return fetchObjects(context, pointersOf(older), remote);
    },

    /** Records what files hold now. `track` also gives files to Git LFS that it does not have yet. */
    async add({ project, paths, track }: Paths & { track: boolean }, work: Work = {}): Promise<LfsAdded[]> {
      return addPaths(await open(project, work), paths, track);
    },

    /** What git itself lacks to handle these files, as a sentence; null when nothing. */
    async hint(project: string): Promise<string | null> {
      const context = await find(project);
      return context && installHint(context);
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
