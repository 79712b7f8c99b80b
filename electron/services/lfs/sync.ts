import { matchesPattern, parsePattern } from '../git/ignore.ts';
import type { Wanted } from './batch.ts';
import { setAside } from './checkout.ts';
import { type LfsContext, type LfsItem, projectPath } from './context.ts';
import { parsePointer } from './pointer.ts';
import { openRemote, throwFailed } from './remote.ts';
import { type HashMemory, hashesOf } from './status.ts';
import { findObject } from './store.ts';

export type LfsTransferred = { readonly remote: string; readonly files: number; readonly bytes: number };

/**
 * Fetches objects that this machine does not have. What arrives is hashed before it gets its name.
 * @param wanted with a path each, for people
 * @throws AppError for the first that could not be had; all others have arrived
 */
export async function fetchObjects(
  context: LfsContext,
  wanted: readonly (Wanted & { path: string })[],
  remote: string | null,
): Promise<LfsTransferred | null> {
  const missing = unique(wanted).filter((one) => one.size > 0 && findObject(context.store, one) === null);
  if (missing.length === 0) return null;
  const from = await openRemote(context, remote, 'download');
  const { files, bytes, failed } = await from.exchange(missing, `fetching from ${from.name}`);
  throwFailed(failed, pathIn(wanted));
  return { remote: from.name, files, bytes };
}

/**
 * Sends what is recorded, and what commits recorded that no branch of the remote has. Objects are hashed before they go: a damaged one is
 * set aside instead.
 */
export async function pushObjects(
  context: LfsContext,
  items: readonly LfsItem[],
  remote: string | null,
  memory: HashMemory,
): Promise<LfsTransferred | null> {
  const { git, root, store } = context;
  const to = await openRemote(context, remote, 'upload');
  const chosen = new Set(items.map((item) => item.path));
  const wanted = items.flatMap(({ path, pointer }) =>
    pointer ? [{ path, oid: pointer.oid, size: pointer.size }] : [],
  );
  for (const { path, text } of await git.unpushedTexts(root, to.name)) {
    const pointer = parsePointer(text);
    const isOthers = context.items.some((item) => item.path === path) && !chosen.has(path);
    if (pointer && !isOthers && projectPath(context, path) !== null)
      wanted.push({ path, oid: pointer.oid, size: pointer.size });
  }
  const objects = unique(wanted).filter((one) => one.size > 0);
  if (objects.length === 0) return null;
  const here = objects.flatMap((one) => findObject(store, one) ?? []);
  const hashes = await hashesOf(context, here, memory);
  for (const object of here) if (hashes.get(object)?.hash !== object.slice(-64)) setAside(store, object);
  const { files, bytes, failed } = await to.exchange(objects, `pushing to ${to.name}`);
  throwFailed(failed, pathIn(wanted));
  return { remote: to.name, files, bytes };
}

const unique = <T extends Wanted>(wanted: readonly T[]): Wanted[] => [
  ...new Map(wanted.map(({ oid, size }) => [oid, { oid, size }])).values(),
];

const pathIn =
  (wanted: readonly (Wanted & { path: string })[]) =>
  (oid: string): string =>
    wanted.find((one) => one.oid === oid)?.path ?? oid.slice(0, 12);

/** What `lfs.fetchinclude` and `lfs.fetchexclude` leave of some files that nobody named. */
export function withoutExcluded({ config }: LfsContext, items: readonly LfsItem[]): LfsItem[] {
  const listOf = (key: string): ((path: string) => boolean) | null => {
    const texts = (config.get(key) ?? '')
      .split(',')
      .map((text) => text.trim().replace(/\/+$/, ''))
      .filter((text) => text !== '');
    const patterns = texts.flatMap((text) => [parsePattern(text) ?? [], parsePattern(`${text}/**`) ?? []].flat());
    return texts.length === 0 ? null : (path) => patterns.some((pattern) => matchesPattern(pattern, path));
  };
  const included = listOf('lfs.fetchinclude');
  const excluded = listOf('lfs.fetchexclude');
  return items.filter(({ path }) => (included?.(path) ?? true) && !(excluded?.(path) ?? false));
}
