import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Watch, watchEntries, watchProblem, watchTree } from '../../platform/watch.ts';
import type { Repo } from './config.ts';
import { type Dataset, findGitTop } from './repo-files.ts';

/** What happened: data of these paths may have changed, or records may have. */
export type Noticed = { readonly data: string } | { readonly records: true };

export type Watches = ReturnType<typeof createWatches>;

/**
 * Watches the data of a project, the folders of its records, and what git has committed. A folder of data is watched as a whole; a file through the folder it is in,
 * and so is the coming and going of either.
 */
export function createWatches(notice: (what: Noticed) => void) {
  const trees = new Map<string, Promise<Watch | null>>();
  const folders = new Map<string, Watch | null>();
  let problem: string | null = null;
  let closed = false;

  const tree = (full: string, path: string): Promise<Watch | null> =>
    watchTree(
      full,
      () => notice({ data: path }),
      (why) => {
        problem = why;
        trees.delete(full);
        notice({ data: path });
      },
    ).catch((error: unknown) => {
      problem = watchProblem(error);
      return null;
    });

  const close = (watch: Watch | null | undefined): Promise<void> =>
    Promise.resolve(watch?.close()).catch(() => undefined);

  const drop = (full: string): void => {
    const watch = trees.get(full);
    trees.delete(full);
    void watch?.then(close);
  };

  return {
    /**
     * Watches these datasets and no others; resolves when that has begun, so that what is read afterwards misses nothing.
     * @returns paths that are watched since just now: what was known of them may be old
     */
    async follow(repo: Repo, all: readonly Dataset[]): Promise<string[]> {
      const fresh: string[] = [];
      const byFolder = new Map<string, Map<string, string>>();
      const wanted = new Set<string>();
      for (const { path, dvcPath } of all) {
        const full = join(repo.root, path);
        for (const [file, what] of [
          [full, path],
          [join(repo.root, dvcPath), ''],
        ] as const) {
          const names = byFolder.get(dirname(file)) ?? new Map<string, string>();
          byFolder.set(dirname(file), names.set(basename(file), what));
        }
        if (!statSync(full, { throwIfNoEntry: false })?.isDirectory()) continue;
        wanted.add(full);
        if (trees.has(full)) continue;
        trees.set(full, tree(full, path));
        fresh.push(path);
      }
      // every commit, checkout and reset, whoever makes it, adds a line there
      const logs = join(findGitTop(repo.root) ?? repo.root, '.git', 'logs');
      if (existsSync(logs)) byFolder.set(logs, new Map([['HEAD', '']]));
      for (const full of trees.keys()) if (!wanted.has(full)) drop(full);
      for (const [folder, watch] of folders)
        if (!byFolder.has(folder)) {
          folders.delete(folder);
          void close(watch);
        }
      for (const [folder, names] of byFolder) {
        const before = folders.get(folder);
        if (!before) fresh.push(...[...names.values()].filter((path) => path !== ''));
        // the new one first: nothing may happen between two
        folders.set(folder, entries(folder, names));
        void close(before);
      }
      await Promise.all(trees.values());
      if (closed) await this.close();
      return fresh;
    },

    /** Whether every change is noticed; else why not. */
    state: (): { watching: boolean; notWatching: string | null } => ({
      watching: problem === null,
      notWatching: problem,
    }),

    async close(): Promise<void> {
      closed = true;
      const open = [...trees.values()];
      trees.clear();
      const flat = [...folders.values()];
      folders.clear();
      await Promise.all([...open.map(async (watch) => close(await watch)), ...flat.map(close)]);
    },
  };

  function entries(folder: string, names: ReadonlyMap<string, string>): Watch | null {
    if (!existsSync(folder)) return null;
    const onEntry = (name: string): void => {
      const path = names.get(name);
      if (path) {
        // a folder that came or went needs to be watched anew
        drop(join(folder, name));
        notice({ data: path });
      } else if (path === '' || name === '' || name.endsWith('.dvc') || /^dvc\.(lock|yaml)$/.test(name))
        notice({ records: true });
    };
    try {
      return watchEntries(folder, onEntry, (why) => {
        problem = why;
        notice({ records: true });
      });
    } catch (error) {
      problem = watchProblem(error);
      return null;
    }
  }
}
