import { type FSWatcher, watch } from 'node:fs';
import { messageOf } from '../../shared/errors.ts';

export type Watch = { close(): Promise<void> };

/**
 * Tells of every change at any depth of a folder, some milliseconds later and joined; `onFailed` once, when it cannot go on. Where the
 * system counts watches (inotify: one for each folder), many folders may be more than it allows.
 * @throws Error when it cannot begin
 */
export async function watchTree(folder: string, onChange: () => void, onFailed: (why: string) => void): Promise<Watch> {
  const { subscribe } = await import('@parcel/watcher');
  const subscription = await subscribe(folder, (error) => (error ? onFailed(watchProblem(error)) : onChange()));
  return { close: () => subscription.unsubscribe() };
}

/** Tells when an entry of a folder comes, goes or changes; by its name, or '' when the system does not say which. */
export function watchEntries(folder: string, onEntry: (name: string) => void, onFailed: (why: string) => void): Watch {
  const watcher: FSWatcher = watch(folder, { persistent: false }, (_event, name) => onEntry(name ?? ''));
  watcher.on('error', (error) => {
    watcher.close();
    onFailed(watchProblem(error));
  });
  return { close: async () => watcher.close() };
}

/** Why nothing can be watched, as a sentence for a person. */
export function watchProblem(error: unknown): string {
  const text = messageOf(error);
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EMFILE' || /no space left|inotify|too many open files/i.test(text))
    return 'The system allows no more watched folders (fs.inotify.max_user_watches), so changes on disk are noticed when the page is looked at. Raise it with "sysctl fs.inotify.max_user_watches=524288".';
  return `Changes on disk are noticed only when the page is looked at (${text.split('\n')[0]}).`;
}
