import { lstatSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { portionsOf } from '../datasets/pool.ts';
import { checkInside } from '../datasets/repo-files.ts';
import type { Staging } from '../git/lfs.ts';
import { type LfsContext, type LfsItem, notAPointer, projectPath } from './context.ts';
import { type Pointer, writePointer } from './pointer.ts';
import { type HashMemory, type LfsStatus, statusOf } from './status.ts';
import { badPath, findObject, prepareTemporary, type Store } from './store.ts';
import type { Placement } from './tasks.ts';

export type LfsCheckedOut = {
  /** from the project's folder */
  readonly path: string;
  readonly hash: string;
  readonly written: number;
  /** it was changed, and was left as it is */
  readonly kept: boolean;
};

/** `keep`: changed files are left as they are; `refuse`: they stop everything; `force`: they are overwritten. */
export type OnChanged = 'keep' | 'refuse' | 'force';

/** What is to be put in place: a path and the pointer that git's index is to hold. */
type Target = { readonly item: LfsItem; readonly pointer: Pointer };

/**
 * Puts recorded versions in the place of pointers, of missing files, and of files whose content is a version that is on this machine. All
 * are checked before the first is touched. Git's index remembers the files as they are then, so that `git status` has nothing to read.
 * @throws AppError CONFLICT for changes that no version holds, NOT_FOUND for an object that must be fetched first
 */
export async function checkoutItems(
  context: LfsContext,
  items: readonly LfsItem[],
  memory: HashMemory,
  onChanged: OnChanged,
): Promise<LfsCheckedOut[]> {
  const usable = items.filter((item) => {
    if (item.pointer === null && onChanged === 'refuse') throw notAPointer(item.path);
    return item.pointer !== null;
  });
  const targets = usable.map((item) => ({ item, pointer: item.pointer! }));
  const plan = await planCheckout(context, targets, memory, onChanged);
  return carryOut(context, targets, plan);
}

/** One path gets another version: git's index first, so that whoever dies in between completes it with a checkout. */
export async function checkoutPointer(
  context: LfsContext,
  item: LfsItem,
  pointer: Pointer,
  memory: HashMemory,
  force: boolean,
): Promise<LfsCheckedOut> {
  const plan = await planCheckout(context, [{ item, pointer }], memory, force ? 'force' : 'refuse');
  await context.git.stageTexts(context.root, [stagingOf(item, pointer, null)]);
  const [done] = await carryOut(context, [{ item, pointer }], plan);
  return done!;
}

type Plan = {
  readonly write: readonly Target[];
  /** `stamp`: how the file was when it was read; what is written to it afterwards is a change */
  readonly refresh: readonly (Target & { readonly stamp: Staging['stamp'] })[];
  readonly kept: ReadonlySet<LfsItem>;
};

async function planCheckout(
  context: LfsContext,
  targets: readonly Target[],
  memory: HashMemory,
  onChanged: OnChanged,
): Promise<Plan> {
  const { repository, store } = context;
  const states = await statusOf(
    context,
    targets.map((target) => target.item),
    memory,
  );
  const write: Target[] = [];
  const refresh: Plan['refresh'][number][] = [];
  const kept = new Set<LfsItem>();
  for (const [i, target] of targets.entries()) {
    const { item, pointer } = target;
    checkInside(repository.top, item.path, `${item.path} is to be checked out`);
    const status = states[i]!;
    if (status.now?.hash === pointer.oid) {
      const stamp = memory.get(join(repository.top, item.path))?.stamp ?? null;
      if (!item.fresh || item.pointer?.oid !== pointer.oid) refresh.push({ ...target, stamp });
      continue;
    }
    if (onChanged !== 'force' && isOnlyCopy(context, item, status)) {
      if (onChanged === 'refuse') throw changed(item.path);
      kept.add(item);
      continue;
    }
    if (pointer.size > 0 && !findObject(store, pointer)) throw notHere(item.path);
    write.push(target);
  }
  return { write, refresh, kept };
}

/** Whether what lies there is in no version on this machine. */
function isOnlyCopy({ repository, store }: LfsContext, item: LfsItem, { state, now }: LfsStatus): boolean {
  const stat = lstatSync(join(repository.top, item.path), { throwIfNoEntry: false });
  // nothing, or a pointer, which git has
  if (!stat || state === 'not in cache' || (stat.isFile() && now === null)) return false;
  return !now || (now.size > 0 && findObject(store, { oid: now.hash, size: now.size }) === null);
}

const changed = (path: string): AppError =>
  new AppError(
    'CONFLICT',
    `${path} was changed, and no version holds what is in it. "assay data add ${path}" keeps it; --force throws it away.`,
  );

export const notHere = (path: string): AppError =>
  new AppError(
    'NOT_FOUND',
    `The version of ${path} is not on this machine, only its Git LFS pointer. "assay data pull ${path}" fetches it.`,
    { path },
  );

async function carryOut(context: LfsContext, targets: readonly Target[], plan: Plan): Promise<LfsCheckedOut[]> {
  const { repository, store, pool, stop, report, git, root } = context;
  const staging: Staging[] = [];
  for (const { item, pointer, stamp } of plan.refresh) staging.push(stagingOf(item, pointer, stamp));
  const written = new Set<string>();
  const broken: string[] = [];
  let done = 0;
  const total = plan.write.reduce((sum, one) => sum + one.pointer.size, 0);
  try {
    for (const [temporary, group] of byTemporary(context, plan.write)) {
      await pool.inPortions(
        'lfsPlace',
        portionsOf(group.length, (i) => group[i]!.pointer.size),
        ([from, to]) => ({
          items: group.slice(from, to).map((one) => placement(repository.top, one)),
          store,
          temporary,
        }),
        stop,
        ({ stamps, damaged }, [from]) => {
          for (const [k, stamp] of stamps.entries()) {
            const { item, pointer } = group[from + k]!;
            done += pointer.size;
            if (stamp === null) broken.push(item.path);
            else {
              written.add(item.path);
              staging.push(stagingOf(item, pointer, stamp));
            }
          }
          for (const object of damaged) setAside(store, object);
          report({ done, total, unit: 'bytes', label: 'checking out from Git LFS' });
        },
      );
    }
  } finally {
    // also what was put in place before somebody said stop
    if (staging.length > 0) await git.stageTexts(root, staging);
  }
  if (broken.length > 0)
    throw new AppError(
      'UNAVAILABLE',
      `The object of ${broken[0]} on this machine is damaged and was set aside. "assay data pull ${broken[0]}" fetches it again.`,
      { path: broken[0] },
    );
  return targets.map(({ item, pointer }) => ({
    path: projectPath(context, item.path) ?? item.path,
    hash: pointer.oid,
    written: written.has(item.path) ? 1 : 0,
    kept: plan.kept.has(item),
  }));
}

const placement = (top: string, { item, pointer }: Target): Placement => ({
  path: join(top, item.path),
  oid: pointer.oid,
  size: pointer.size,
  executable: item.executable,
});

const stagingOf = (item: LfsItem, pointer: Pointer, stamp: Staging['stamp']): Staging => ({
  path: item.path,
  // a pointer that is written otherwise than git-lfs would is kept as it was committed
  text: item.pointer?.oid === pointer.oid && item.text !== null ? item.text : writePointer(pointer),
  mode: item.executable ? 0o100755 : 0o100644,
  stamp,
});

/** Renaming works on one disk only: the store's own temporary folder when it is that of the files, else beside them. */
function byTemporary({ repository, store }: LfsContext, targets: readonly Target[]): Map<string, Target[]> {
  const own = prepareTemporary(store);
  const { dev } = statSync(own);
  const groups = new Map<string, Target[]>();
  for (const target of targets) {
    const folder = dirname(join(repository.top, target.item.path));
    mkdirSync(folder, { recursive: true });
    const temporary = statSync(folder).dev === dev ? own : folder;
    groups.set(temporary, [...(groups.get(temporary) ?? []), target]);
  }
  return groups;
}

/** A damaged object goes where git-lfs's fsck puts such ones; a borrowed one is not ours to move. */
export function setAside(store: Store, object: string): void {
  if (object.startsWith(join(store.folder, 'objects'))) renameSync(object, badPath(store, object.slice(-64)));
}
