import { type FSWatcher, statSync, watch } from 'node:fs';

export type Watches = ReturnType<typeof createWatches>;

/**
 * Notices of the file system about the folder of runs and the folders of runs that may write. Where the system gives none (no inotify left,
 * network file systems), `complete` is false and the caller looks for itself.
 */
export function createWatches(onEntry: (name: string) => void, onRun: (run: string) => void) {
  const watched = new Map<string, FSWatcher | null>();
  let folder: FSWatcher | null = null;
  let stamp = '';

  const start = (path: string, listener: (name: string) => void): FSWatcher | null => {
    try {
      const watcher = watch(path, { persistent: false }, (_event, name) => listener(name ?? ''));
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch {
      return null;
    }
  };
  const drop = (run: string): void => {
    watched.get(run)?.close();
    watched.delete(run);
  };
  /** Changes when an entry comes or goes, or when the folder itself is another one. */
  const stampOf = (path: string): string => {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats ? `${stats.ino} ${stats.mtimeMs}` : '';
  };

  return {
    /** Watches the folder of runs, anew when it is not the same one as before. Call it before looking into it. */
    root(path: string): void {
      const now = stampOf(path);
      if (folder === null || now.split(' ')[0] !== stamp.split(' ')[0]) {
        folder?.close();
        folder = now === '' ? null : start(path, onEntry);
      }
      stamp = now;
    },
    /** True when the folder of runs has changed since `root` was called, noticed or not. */
    rootChanged: (path: string): boolean => stampOf(path) !== stamp,
    /** Watches these runs' folders and no others. */
    runs(folders: ReadonlyMap<string, string>): void {
      for (const run of watched.keys()) if (!folders.has(run)) drop(run);
      for (const [run, path] of folders)
        if (!watched.has(run))
          watched.set(
            run,
            start(path, () => onRun(run)),
          );
    },
    /** True when the system tells of every write. */
    complete: (): boolean => folder !== null && [...watched.values()].every((one) => one !== null),
    /** How long ago an entry of a folder came or went, in milliseconds. */
    age: (path: string): number => Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0),
    close(): void {
      folder?.close();
      for (const run of [...watched.keys()]) drop(run);
    },
  };
}
