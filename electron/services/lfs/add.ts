import { existsSync, lstatSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { portionsOf } from '../datasets/pool.ts';
import { checkInside, isDvcFile, isGitIgnored } from '../datasets/repo-files.ts';
import { matchesPattern, parsePattern } from '../git/ignore.ts';
import type { Staging } from '../git/lfs.ts';
import { type LfsContext, pointerIn, projectPath, topPath } from './context.ts';
import type { Hashed } from './file-hash.ts';
import { findFiles } from './find-files.ts';
import { writePointer } from './pointer.ts';
import { prepareTemporary } from './store.ts';
import { escapePattern, patternForFile, patternForFolder, trackPatterns } from './track.ts';

export type LfsAdded = {
  /** from the project's folder */
  readonly path: string;
  readonly hash: string;
  readonly size: number;
  /** false when git's index had this version already */
  readonly changed: boolean;
};

/**
 * Records what files hold now as their version in Git LFS: objects first, then `.gitattributes`, then the pointers in git's index, ready to
 * be committed. Whoever dies in between leaves the files as they were; adding again completes it.
 * @param given full paths of files and folders, or patterns as `git lfs track` takes them
 * @param track adds lines to `.gitattributes` for what Git LFS does not have yet; else such paths are refused
 */
export async function addPaths(context: LfsContext, given: readonly string[], track: boolean): Promise<LfsAdded[]> {
  const { repository, root, git } = context;
  const prefix = topPath(context, root)!;
  const below = prefix === '' ? '' : `${prefix}/`;
  const wanted = given.map((full) => wantedOf(context, full, below));
  const files = [...new Set(wanted.flatMap((one) => one.files))];
  refuseForbidden(files, repository.top);
  const lfs = new Set(await git.lfsTracked(root, files));
  const patterns = wanted.filter((one) => one.files.some((path) => !lfs.has(path))).map((one) => one.pattern);
  if (patterns.length > 0 && !track)
    throw new AppError(
      'NOT_FOUND',
      `${files.find((path) => !lfs.has(path))} is not given to Git LFS. "assay data add --lfs PATH" does that.`,
    );

  const hashed = await storeAll(context, files);
  const staging: Staging[] = [];
  if (patterns.length > 0) {
    const text = trackPatterns(root, patterns);
    const path = `${below}.gitattributes`;
    staging.push({ path, text, mode: 0o100644, stamp: null });
    const left = new Set(await git.lfsTracked(root, files));
    const missed = files.find((path) => !left.has(path));
    if (missed)
      throw new AppError(
        'CONFLICT',
        `Another line of .gitattributes takes ${missed} from Git LFS again. Remove that line, then add it again.`,
      );
  }
  const known = new Map(context.items.map((item) => [item.path, item]));
  const keepsMode = context.config.get('core.filemode') === 'false';
  const added = files.map((path): LfsAdded => {
    const one = hashed.get(path)!;
    const item = known.get(path);
    const executable = keepsMode ? (item?.executable ?? false) : one.executable;
    const text = writePointer(one);
    staging.push({ path, text, mode: executable ? 0o100755 : 0o100644, stamp: one.stamp });
    const changed = item?.text !== text || item.executable !== executable;
    return { path: projectPath(context, path) ?? path, hash: one.oid, size: one.size, changed };
  });
  await git.stageTexts(root, staging);
  return added;
}

type Wanted = { readonly pattern: string; readonly files: readonly string[] };

function wantedOf(context: LfsContext, full: string, below: string): Wanted {
  const { repository } = context;
  const path = topPath(context, full);
  const stat = lstatSync(full, { throwIfNoEntry: false });
  if (path === null || (stat && path !== '' && !`${path}/`.startsWith(below)))
    throw new AppError('BAD_REQUEST', `${full} is outside of the project. Only what is in it can be added.`);
  const own = path.slice(below.length);
  if (!stat) return byPattern(context, own, below);
  if (path !== '') checkInside(repository.top, path, `${own || full} is to be added`);
  if (isGitIgnored(repository.top, full, stat.isDirectory()))
    throw new AppError(
      'CONFLICT',
      `${own} is ignored by git; perhaps DVC versions it. Take it out of .gitignore first ("assay data list" shows what is versioned).`,
    );
  if (stat.isFile()) return { pattern: patternForFile(own), files: [path] };
  if (!stat.isDirectory())
    throw new AppError('BAD_REQUEST', `${own} is a link or no ordinary file. Add the file that it leads to.`);
  const files = findFiles(repository.top, repository.commonFolder, path === '' ? '' : `${path}/`);
  if (own === '' || files.length === 0)
    throw new AppError(
      'BAD_REQUEST',
      own === ''
        ? 'The whole project is code, too. Name a folder, a file, or a pattern such as "*.csv".'
        : `${own} holds no files. Put some into it, or add a pattern such as "${own}/*.csv".`,
    );
  return { pattern: patternForFolder(own), files };
}

function byPattern(context: LfsContext, own: string, below: string): Wanted {
  const { repository } = context;
  const pattern = /[*?[]/.test(own) ? parsePattern(own) : null;
  const files = pattern
    ? findFiles(repository.top, repository.commonFolder, below).filter((path) =>
        matchesPattern(pattern, path.slice(below.length)),
      )
    : [];
  if (files.length === 0)
    throw new AppError('NOT_FOUND', `There is no ${own}${pattern ? ' that fits' : ''}. Check the path.`);
  return { pattern: escapePattern(own), files };
}

/** As git-lfs does, and what DVC keeps beside data belongs to git as well. */
function refuseForbidden(files: readonly string[], top: string): void {
  for (const path of files) {
    const name = basename(path);
    if (name.startsWith('.git') || name.startsWith('.lfs') || name === '.dvcignore' || isDvcFile(name))
      throw new AppError('BAD_REQUEST', `${path} must stay a text in git. Add files, or a pattern such as "*.csv".`);
    if (existsSync(`${join(top, path)}.dvc`))
      throw new AppError('CONFLICT', `${path} is versioned by DVC (${path}.dvc). Stop tracking it there first.`);
    if (pointerIn(join(top, path)))
      throw new AppError(
        'CONFLICT',
        `${path} is only a pointer on this machine. Pull it first ("assay data pull ${path}").`,
      );
  }
}

async function storeAll(context: LfsContext, files: readonly string[]): Promise<Map<string, Hashed>> {
  const { repository, store, pool, stop, report } = context;
  prepareTemporary(store);
  const full = files.map((path) => join(repository.top, path));
  const sizes = full.map((path) => lstatSync(path).size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const found = new Map<string, Hashed>();
  let done = 0;
  await pool.inPortions(
    'lfsStore',
    portionsOf(files.length, (i) => sizes[i]!),
    ([from, to]) => ({ paths: full.slice(from, to), store }),
    stop,
    (output, [from]) => {
      output.forEach((one, k) => {
        found.set(files[from + k]!, one);
        done += one.size;
      });
      report({ done, total, unit: 'bytes', label: 'adding to Git LFS' });
    },
  );
  return found;
}
