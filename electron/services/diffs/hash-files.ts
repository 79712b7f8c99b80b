import { AppError } from '../../../shared/errors.ts';
import { stopOn } from '../datasets/context.ts';
import { createPool, portionsOf } from '../datasets/pool.ts';

export type ToHash = { readonly file: string; readonly size: number };

/**
 * MD5 of files, in their order, by threads of their own that end with it; null for one that cannot be read.
 * @throws AppError CANCELLED
 */
export async function hashFiles(
  files: readonly ToHash[],
  options: { signal?: AbortSignal; onProgress?: (done: number) => void } = {},
): Promise<(string | null)[]> {
  const md5s: (string | null)[] = files.map(() => null);
  if (files.length === 0) return md5s;
  const pool = createPool();
  const stop = stopOn(options.signal);
  const ask = async (paths: readonly string[]): Promise<string[]> =>
    (await pool.ask('hash', { items: paths.map((path) => ({ path, hash: null })), legacy: false }, stop)).md5s;
  let next = 0;
  let done = 0;
  const portions = portionsOf(files.length, (i) => files[i]!.size);
  const work = async (): Promise<void> => {
    while (next < portions.length) {
      const [from, to] = portions[next++]!;
      const paths = files.slice(from, to).map(({ file }) => file);
      try {
        for (const [k, md5] of (await ask(paths)).entries()) md5s[from + k] = md5;
      } catch (error) {
        throwCancelled(error);
        // one of them cannot be read: the others can
        for (const [k, path] of paths.entries()) {
          md5s[from + k] = await ask([path]).then(
            ([md5]) => md5!,
            (one: unknown) => throwCancelled(one),
          );
        }
      }
      done += to - from;
      options.onProgress?.(done);
    }
  };
  try {
    // both have ended before their threads do
    const ended = await Promise.allSettled([work(), work()]);
    const failed = ended.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
    return md5s;
  } finally {
    await pool.dispose();
  }
}

function throwCancelled(error: unknown): null {
  if (error instanceof AppError && error.code === 'CANCELLED')
    throw new AppError('CANCELLED', 'The comparison was stopped.', {}, { cause: error });
  return null;
}
