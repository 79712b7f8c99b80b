import { chmodSync, existsSync, lstatSync, mkdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import { signCache } from './cache-users.ts';
import { type Context, filesOf, workspaceTemporary } from './context.ts';
import type { Out } from './dvc-file.ts';
import { checkStop } from './file-hash.ts';
import { objectPath, prepareTemporary, probeLinks } from './objects.ts';
import { portionsOf } from './pool.ts';
import { type Present, readData } from './read-data.ts';

export type CheckedOut = {
  readonly path: string;
  readonly hash: string;
  readonly written: number;
  readonly removed: number;
  readonly link: string;
  /** it was changed, and was left as it is */
  readonly kept?: boolean;
};

/**
 * Makes sure that a version can be put in the place of the working copy: all of it is in the cache, and nothing that is there now would be
 * lost. Nothing is changed.
 * @param within for a folder: which of its files it is about
 * @throws AppError NOT_FOUND what is missing in the cache, CONFLICT what would be lost
 */
export async function planCheckout(
  context: Context,
  path: string,
  out: Out,
  force: boolean,
  within: (relpath: string) => boolean = () => true,
): Promise<Plan> {
  const { cacheFolder } = context.repo.config;
  if (out.hash === null)
    throw new AppError('NOT_FOUND', `No version of ${path} is recorded. "assay data add ${path}" records one.`);
  const isFolder = out.hash.endsWith('.dir');
  const about = (relpath: string): boolean => !isFolder || within(relpath);
  const wanted = filesOf(cacheFolder, out.hash, out.legacy)?.filter((entry) => about(entry.relpath));
  const missing = await findInTurns(
    context,
    wanted ?? [],
    (entry) => !existsSync(objectPath(cacheFolder, entry.md5, out.legacy)),
  );
  const present = await readData(context, path, out.legacy, true);
  if (present?.hash === out.hash) return { out, hash: out.hash, write: [], remove: [], present };
  // whoever commits a link beside its .dvc file would choose where this writes
  if (present?.isFolder && lstatSync(join(context.repo.root, path)).isSymbolicLink())
    throw new AppError(
      'CONFLICT',
      `${path} is a link to a folder, which is not followed. Replace the link by the folder itself, then try again.`,
    );
  if (!wanted || missing)
    throw new AppError(
      'NOT_FOUND',
      `The cache does not hold ${missing?.relpath ? `${path}/${missing.relpath}` : path} as of version ${out.hash.slice(0, 8)}. "assay data pull ${path}" fetches it.`,
      { path },
    );
  const there = new Map(
    present?.isFolder === isFolder ? present.entries!.map((entry) => [entry.relpath, entry.md5]) : [],
  );
  const write = wanted.filter((entry) => there.get(entry.relpath) !== entry.md5);
  const kept = new Set(wanted.map((entry) => entry.relpath));
  const remove = [...there.keys()].filter((relpath) => about(relpath) && !kept.has(relpath));
  const hidden =
    isFolder && !force
      ? await findInTurns(
          context,
          write,
          (entry) => !there.has(entry.relpath) && isFile(join(context.repo.root, path, entry.relpath)),
        )
      : undefined;
  if (hidden)
    throw new AppError(
      'CONFLICT',
      `${path}/${hidden.relpath} is ignored (.dvcignore), but the version has such a file. Move it elsewhere, or overwrite it with --force.`,
    );
  if (!force && present) {
    const same = new Set(
      wanted.filter((entry) => there.get(entry.relpath) === entry.md5).map((entry) => entry.relpath),
    );
    const lost = present.entries!.filter(
      (entry) =>
        !(present.isFolder === isFolder && (same.has(entry.relpath) || !about(entry.relpath))) &&
        !isKept(
          join(context.repo.root, path, entry.relpath),
          objectPath(cacheFolder, entry.md5, out.legacy),
          out.legacy,
        ),
    );
    if (lost.length > 0)
      throw new AppError(
        'CONFLICT',
        `${path} has changes that no version holds${lost[0]!.relpath ? ` (${lost[0]!.relpath}${lost.length > 1 ? ` and ${lost.length - 1} more` : ''})` : ''}. Keep them with "assay data add ${path}", or throw them away with --force.`,
        { path, files: lost.slice(0, 20).map((entry) => entry.relpath) },
      );
  }
  return { out, hash: out.hash, write, remove, present };
}

const TURN = 500;

/** The first that fits. Others have their turn in between: a hundred thousand files take a second. */
async function findInTurns<T>(
  { stop }: Context,
  items: readonly T[],
  fits: (item: T) => boolean,
): Promise<T | undefined> {
  for (const [i, item] of items.entries()) {
    if (i % TURN === TURN - 1) await setImmediate();
    checkStop(stop);
    if (fits(item)) return item;
  }
  return undefined;
}

const eachInTurn = async <T>(context: Context, items: readonly T[], work: (item: T) => void): Promise<void> => {
  await findInTurns(context, items, (item) => {
    work(item);
    return false;
  });
};

const isFile = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** An object that a power cut has truncated keeps nothing; what DVC 2 hashed may have other line ends, and so another size. */
function isKept(file: string, object: string, legacy: boolean): boolean {
  const kept = statSync(object, { throwIfNoEntry: false });
  return kept !== undefined && (legacy || kept.size === statSync(file, { throwIfNoEntry: false })?.size);
}

export type Plan = {
  readonly out: Out;
  readonly hash: string;
  readonly write: readonly { relpath: string; md5: string }[];
  readonly remove: readonly string[];
  readonly present: Present | null;
};

/**
 * Carries a plan out, file by file, each checked against its MD5 and put in place by a rename. Whoever dies in between leaves a mixture of
 * two versions that are both in the cache; doing it again completes it.
 * @throws AppError UNAVAILABLE when an object is damaged; it is then taken out of the cache
 */
export async function carryOut(context: Context, path: string, plan: Plan): Promise<CheckedOut> {
  const { repo, pool, stop, report } = context;
  const { out, hash, write, remove, present } = plan;
  const { cacheFolder } = repo.config;
  const target = join(repo.root, path);
  const isFolder = hash.endsWith('.dir');
  const result = { path, hash, written: write.length, removed: remove.length, link: '' };
  if (present?.hash === hash) return result;
  prepareTemporary(cacheFolder, Date.now());
  const temporary = workspaceTemporary(repo, path);
  if (present && present.isFolder !== isFolder) removeData(target, present);
  // a broken link has nothing to lose
  else if (!present) rmSync(target, { force: true });
  if (isFolder) mkdirSync(target, { recursive: true });
  await eachInTurn(context, remove, (relpath) => {
    rmSync(join(target, relpath), { force: true });
    removeEmpty(target, dirname(relpath));
  });
  await refuseLinkedFolders(context, target, write);
  signCache(repo);
  const link = probeLinks(repo.config.linkTypes, cacheFolder, temporary);
  const damaged: string[] = [];
  let done = 0;
  const sizes: number[] = [];
  await eachInTurn(context, write, ({ md5 }) => {
    sizes.push(statSync(objectPath(cacheFolder, md5, out.legacy)).size);
  });
  await pool.inPortions(
    'materialise',
    portionsOf(write.length, (i) => sizes[i]!),
    ([from, to]) => ({
      items: write.slice(from, to).map((entry) => ({ path: join(target, entry.relpath), hash: entry.md5 })),
      cacheFolder,
      legacy: out.legacy,
      link,
      mode: out.isexec ? 0o755 : 0o644,
      temporary,
    }),
    stop,
    (output, [from, to]) => {
      damaged.push(...output.damaged);
      done += to - from;
      report({ done, total: write.length, unit: 'files', label: `checking out ${path}` });
    },
  );
  if (damaged.length > 0) {
    for (const md5 of damaged) setAside(context, md5, out.legacy);
    throw new AppError(
      'UNAVAILABLE',
      `${damaged.length === 1 ? 'An object' : `${damaged.length} objects`} of ${path} in the cache ${damaged.length === 1 ? 'is' : 'are'} damaged and ${damaged.length === 1 ? 'was' : 'were'} set aside in .dvc/tmp/damaged; no damaged file was written. "assay data pull ${path}" fetches ${damaged.length === 1 ? 'it' : 'them'} again.`,
      { path, damaged },
    );
  }
  await readData(context, path, out.legacy, false);
  return { ...result, link };
}

/** Takes a damaged object out of the cache, so that nobody is handed it; it is kept for who wants to look at it. */
export function setAside({ repo }: Context, md5: string, legacy: boolean): void {
  const object = objectPath(repo.config.cacheFolder, md5, legacy);
  const folder = join(repo.root, '.dvc', 'tmp', 'damaged');
  mkdirSync(folder, { recursive: true });
  try {
    renameSync(object, join(folder, md5));
  } catch {
    // on another disk it stays, no longer marked as verified: dvc hashes it then
    chmodSync(object, 0o644);
  }
}

/** A folder that is a link would lead what is written elsewhere. */
async function refuseLinkedFolders(
  context: Context,
  target: string,
  write: readonly { relpath: string }[],
): Promise<void> {
  const real = new Set<string>(['.']);
  const check = (folder: string): void => {
    if (real.has(folder)) return;
    check(dirname(folder));
    real.add(folder);
    const stat = lstatSync(join(target, folder), { throwIfNoEntry: false });
    if (stat && !stat.isDirectory())
      throw new AppError(
        'CONFLICT',
        `${join(target, folder)} is in the way: the version has a folder there. Move it elsewhere.`,
      );
  };
  await eachInTurn(context, write, ({ relpath }) => {
    check(dirname(relpath));
    if (lstatSync(join(target, relpath), { throwIfNoEntry: false })?.isDirectory()) removeFolder(join(target, relpath));
  });
}

/** Only what is tracked goes: a folder that still holds something stays, and with it everything. */
function removeFolder(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    throw new AppError(
      'CONFLICT',
      `The folder ${path} is in the way: the version has a file there, and it holds files that are not versioned. Move them elsewhere.`,
    );
  }
}

function removeData(target: string, { isFolder, entries }: Present): void {
  if (!isFolder) {
    rmSync(target);
    return;
  }
  for (const { relpath } of entries!) {
    rmSync(join(target, relpath));
    removeEmpty(target, dirname(relpath));
  }
  removeFolder(target);
}

function removeEmpty(target: string, folder: string): void {
  for (let at = folder; at !== '.' && at !== ''; at = dirname(at)) {
    try {
      rmdirSync(join(target, at));
    } catch {
      // something is still in it
      return;
    }
  }
}
