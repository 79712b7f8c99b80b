import { existsSync, lstatSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import * as git from 'isomorphic-git';
import { AppError } from '../../../shared/errors.ts';
import { atomicFs } from './atomic-fs.ts';
import { readIdentity } from './identity.ts';
import { parseIndex } from './index-file.ts';
import { type IndexChange, writeIndex } from './index-write.ts';
import { moveBranch } from './move-branch.ts';
import { findRepository, objectArgs, type Repository, readHead } from './repository.ts';

/** What a path of the new commit holds; null when it is gone. */
type Change = { readonly oid: string; readonly mode: string } | null;
type Changes = ReadonlyMap<string, Change>;

export type PathsToCommit = {
  /** from the folder, with `/`: taken as they are on disk */
  readonly paths: readonly string[];
  /** taken as they are in git's index (Git LFS keeps a pointer there, not the file) */
  readonly staged: readonly string[];
};

/**
 * Commits these files and nothing else: whatever else is staged stays staged. First the index, then the commit: whoever dies in between
 * leaves the files staged, and doing it again completes it.
 * @returns the commit, null when these files are in HEAD as they are
 * @throws AppError CONFLICT during a merge or while another git command runs, BAD_REQUEST when git does not know who commits
 */
export async function commitPaths(
  folder: string,
  { paths, staged }: PathsToCommit,
  message: string,
  cache: object,
): Promise<string | null> {
  const real = realpathSync(folder);
  const repository = findRepository(real);
  if (!repository)
    throw new AppError('BAD_REQUEST', 'This project is in no git repository. Make one with "git init", then commit.');
  refuseWhenBusy(repository);
  const author = await readIdentity(repository);
  const args = { ...objectArgs(repository), fs: atomicFs, cache };
  const inTop = (path: string): string => relative(repository.top, join(real, path)).split(sep).join('/');
  const changes = new Map<string, Change>();
  const stamps = new Map<string, IndexChange['stamp']>();
  for (const path of paths.map(inTop)) {
    stamps.set(path, stampOf(repository, path));
    changes.set(path, await fromDisk(repository, path));
  }
  if (staged.length > 0) {
    const index = new Map(
      parseIndex(readFileSync(join(repository.gitFolder, 'index'))).map((entry) => [entry.path, entry]),
    );
    for (const path of staged.map(inTop)) {
      const entry = index.get(path);
      changes.set(path, entry ? { oid: entry.oid, mode: entry.mode.toString(8) } : null);
    }
  }
  const head = await readHead(repository);
  const before = head.commit && (await git.readCommit({ ...args, oid: head.commit })).commit.tree;
  const tree = (await writeTree(args, before, '', changes)) ?? (await git.writeTree({ ...args, tree: [] }));
  if (tree === before) return null;

  const toIndex = paths.map((given): IndexChange => {
    const path = inTop(given);
    const change = changes.get(path) ?? null;
    return {
      path,
      oid: change?.oid ?? null,
      mode: change ? Number.parseInt(change.mode, 8) : 0,
      stamp: stamps.get(path) ?? null,
    };
  });
  if (toIndex.length > 0) writeIndex(repository, toIndex);
  const now = Math.floor(Date.now() / 1000);
  const person = { ...author, timestamp: now, timezoneOffset: new Date().getTimezoneOffset() };
  const commit = await git.writeCommit({
    ...args,
    commit: {
      message: message.endsWith('\n') ? message : `${message}\n`,
      tree,
      parent: head.commit ? [head.commit] : [],
      author: person,
      committer: person,
    },
  });
  await moveBranch(repository, head, commit);
  return commit;
}

/** @throws AppError CONFLICT during a merge, rebase or the like, or while another git command runs */
export function refuseWhenBusy({ gitFolder }: Repository): void {
  if (existsSync(join(gitFolder, 'index.lock')))
    throw new AppError(
      'CONFLICT',
      'Another git command is at work in this repository. Try again when it has ended (or remove .git/index.lock if none is).',
    );
  const going = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'rebase-merge', 'rebase-apply'].find((name) =>
    existsSync(join(gitFolder, name)),
  );
  if (going)
    throw new AppError(
      'CONFLICT',
      'A merge, rebase or the like is going on in this repository. Finish it with git, then do this again.',
    );
}

async function fromDisk(repository: Repository, path: string): Promise<Change> {
  const full = join(repository.top, path);
  const stat = lstatSync(full, { throwIfNoEntry: false });
  if (!stat) return null;
  const blob = stat.isSymbolicLink() ? Buffer.from(readlinkSync(full)) : readFileSync(full);
  const oid = await git.writeBlob({ ...objectArgs(repository), fs: atomicFs, blob });
  return { oid, mode: stat.isSymbolicLink() ? '120000' : (stat.mode & 0o100) !== 0 ? '100755' : '100644' };
}

/** Writes a tree with changes below a folder; null when nothing is left in it. */
async function writeTree(
  args: { fs: typeof atomicFs; gitdir: string; cache: object },
  before: string | null,
  folder: string,
  changes: Changes,
): Promise<string | null> {
  const entries = new Map(
    before === null ? [] : (await git.readTree({ ...args, oid: before })).tree.map((entry) => [entry.path, entry]),
  );
  const below = new Set<string>();
  for (const [path, change] of changes) {
    if (!path.startsWith(folder)) continue;
    const rest = path.slice(folder.length);
    const name = rest.split('/')[0]!;
    if (name !== rest) below.add(name);
    else if (change === null) entries.delete(name);
    else entries.set(name, { path: name, oid: change.oid, mode: change.mode, type: 'blob' });
  }
  for (const name of below) {
    const there = entries.get(name);
    const oid = await writeTree(args, there?.type === 'tree' ? there.oid : null, `${folder}${name}/`, changes);
    if (oid === null) entries.delete(name);
    else entries.set(name, { path: name, oid, mode: '040000', type: 'tree' });
  }
  return entries.size === 0 ? null : git.writeTree({ ...args, tree: [...entries.values()] });
}

/** How a file is now: git need not read it as long as it stays so. A change while it was committed is noticed by its time. */
function stampOf(repository: Repository, path: string): IndexChange['stamp'] {
  const stat = lstatSync(join(repository.top, path), { throwIfNoEntry: false });
  return stat ? [stat.ino, stat.mtimeMs, stat.ctimeMs, stat.size] : null;
}
