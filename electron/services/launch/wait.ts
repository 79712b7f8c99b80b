import { watch } from 'node:fs';

/** Resolves with true as soon as `there` says so, looking whenever something happens in a folder and ten times a second; false after a while. */
export function until(folder: string, there: () => boolean, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (there()) end(true);
    };
    const end = (found: boolean): void => {
      clearInterval(timer);
      clearTimeout(limit);
      watcher?.close();
      resolve(found);
    };
    const timer = setInterval(look, 100);
    const limit = setTimeout(() => end(there()), timeoutMs);
    const watcher = tryWatch(folder, look);
    look();
  });
}

/** Network mounts and a used-up number of watches give no notice: the timer is enough. */
export function tryWatch(folder: string, look: () => void): { close(): void } | null {
  try {
    return watch(folder, look).on('error', () => {});
  } catch {
    return null;
  }
}
