import { AppError } from '../../../shared/errors.ts';
import { parallel } from './parallel.ts';
import { type RetryPolicy, retrying } from './retry.ts';
import type { RemoteStore, Stored } from './store.ts';

const PAGE = 1000;
/** Beyond this many objects a listing costs more than its pages: dvc-objects' fs/base.py, from its authors' measurements with S3. */
const LARGE = 500_000;
const LARGE_WEIGHT = 5;

type Options = { jobs: number; signal: AbortSignal; policy?: RetryPolicy };

/**
 * Which of some objects are in a remote, with their sizes. Asks for each or lists them, whatever takes fewer requests: the size of the remote is
 * estimated from one of its 256 folders, as DVC does (dvc-objects db.py), and each folder is then decided upon by itself.
 * @param folder what their keys begin with, up to the two digits: `files/md5/`, or nothing for what DVC 2 wrote
 */
export async function presentIn(
  store: RemoteStore,
  folder: string,
  keys: readonly string[],
  { jobs, signal, policy }: Options,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const retry = { signal, ...(policy ? { policy } : {}) };
  const ask = (wanted: readonly string[]): Promise<void> =>
    parallel(wanted, jobs, signal, async (key, both) => {
      const size = await retrying(() => store.size(key, both), { ...retry, signal: both });
      if (size !== null) found.set(key, size);
    });
  const { list } = store;
  if (list === null || keys.length < 4) {
    await ask(keys);
    return found;
  }
  const wanted = new Set(keys);
  const collect = (prefix: string, both: AbortSignal): Promise<number> =>
    retrying(
      async () => {
        let count = 0;
        for await (const { key, size } of list(prefix, both) as AsyncIterable<Stored>) {
          count++;
          if (wanted.has(key)) found.set(key, size);
        }
        return count;
      },
      { ...retry, signal: both },
    );
  const groups = new Map<string, string[]>();
  for (const key of keys) {
    const prefix = key.slice(0, folder.length + 2);
    const group = groups.get(prefix);
    if (group) group.push(key);
    else groups.set(prefix, [key]);
  }
  let estimate: number;
  try {
    estimate = await collect(`${folder}00/`, signal);
  } catch (error) {
    // an account that may write and read, but not list
    if (!(error instanceof AppError) || error.code !== 'FORBIDDEN') throw error;
    await ask(keys);
    return found;
  }
  const weight = estimate * 256 > LARGE ? LARGE_WEIGHT : 1;
  const pages = Math.max(1, Math.ceil(estimate / PAGE)) * weight;
  const whole = Math.ceil((estimate * 256) / PAGE) * weight;
  const apart = [...groups.values()].reduce((sum, group) => sum + Math.min(group.length, pages), 0);
  if (store.anyPrefix && folder !== '' && Math.max(1, whole) < apart) {
    await collect(folder, signal);
    return found;
  }
  const single: string[] = [];
  const listed: string[] = [];
  for (const [prefix, group] of groups) {
    if (group.length <= pages) single.push(...group);
    else listed.push(prefix);
  }
  await parallel(listed, jobs, signal, async (prefix, both) => void (await collect(`${prefix}/`, both)));
  await ask(single);
  return found;
}
