import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as git from 'isomorphic-git';
import { isOid, MAX_POINTER_BYTES } from '../lfs/pointer.ts';
import { createAttributes } from './attributes.ts';
import type { Memory } from './capture.ts';
import { readGitConfig } from './config-file.ts';
import { type IndexEntry, parseIndex } from './index-file.ts';
import { type IndexChange, writeIndex } from './index-write.ts';
import { writeLooseBlob } from './loose-blob.ts';
import { findRepository, objectArgs, type Repository, readHead } from './repository.ts';
import { isFresh, isOrdinary } from './scan.ts';
import { listTree, type TreeFiles } from './tree.ts';

/** A path that is in git's index and that `.gitattributes` gives to Git LFS. */
export type LfsPath = {
  /** from the top of the repository, with `/` */
  readonly path: string;
  readonly executable: boolean;
  /** what the index holds, when it is small enough for a pointer; null for other content, and during a conflict */
  readonly text: string | null;
  /** the same of HEAD; null when it holds nothing there or no pointer */
  readonly headText: string | null;
  /** git's index and HEAD are the same */
  readonly committed: boolean;
  /** size and times are those that the index remembers: nothing need be read */
  readonly fresh: boolean;
};

export type LfsTree = {
  readonly repository: Repository;
  readonly paths: readonly LfsPath[];
  /** what HEAD has and the index no longer, as far as it is small enough for a pointer */
  readonly removed: readonly { readonly path: string; readonly text: string }[];
};

/** The paths of Git LFS in the repository that a folder is in; null without a repository. */
export async function lfsTree(folder: string, memory: Memory): Promise<LfsTree | null> {
  const repository = findRepository(realpathSync(folder));
  if (!repository) return null;
  const index = readEntries(repository);
  const filterOf = await attributesOf(repository, index.entries, memory.cache);
  const tracked = index.entries.filter(
    (entry) =>
      isOrdinary(entry.path) && (entry.mode & 0o170000) === 0o100000 && filterOf(entry.path, 'filter') === 'lfs',
  );
  const { commit } = await readHead(repository);
  const head = await treeOf(repository, commit, memory);
  const removed = await removedTexts(repository, head, index.entries, memory.cache);
  const conflicts = new Set(tracked.filter((entry) => entry.stage !== 0).map((entry) => entry.path));
  const paths: LfsPath[] = [];
  const seen = new Set<string>();
  for (const entry of tracked) {
    const { path } = entry;
    if (seen.has(path) || entry.intentToAdd || entry.skipWorktree) continue;
    seen.add(path);
    const before = head.get(path);
    const stat = lstatSync(join(repository.top, path), { bigint: true, throwIfNoEntry: false });
    const text = conflicts.has(path) ? null : await pointerText(repository, entry.oid, memory.cache);
    paths.push({
      path,
      executable: (entry.mode & 0o100) !== 0,
      text,
      headText: before ? await pointerText(repository, before.oid, memory.cache) : null,
      committed: before?.oid === entry.oid && before.mode === entry.mode,
      fresh: stat?.isFile() === true && isFresh(index, entry, stat),
    });
  }
  return { repository, paths, removed };
}

const MOST_REMOVED = 10_000;

async function removedTexts(
  repository: Repository,
  head: TreeFiles,
  entries: readonly IndexEntry[],
  cache: object,
): Promise<LfsTree['removed']> {
  const known = new Set(entries.map((entry) => entry.path));
  const gone = [...head].filter(
    ([path, { mode }]) => !known.has(path) && isOrdinary(path) && (mode & 0o170000) === 0o100000,
  );
  const removed: { path: string; text: string }[] = [];
  for (const [path, { oid }] of gone.slice(0, MOST_REMOVED)) {
    const text = await pointerText(repository, oid, cache);
    if (text?.startsWith('version ')) removed.push({ path, text });
  }
  return removed;
}

/** Which of these paths `.gitattributes` gives to Git LFS, whether git knows them or not. */
export async function lfsTracked(folder: string, paths: readonly string[], memory: Memory): Promise<string[]> {
  const repository = findRepository(realpathSync(folder));
  if (!repository) return [];
  const filterOf = await attributesOf(repository, readEntries(repository).entries, memory.cache);
  return paths.filter((path) => filterOf(path, 'filter') === 'lfs');
}

/** What a path of the index is to be: `text` is stored as a blob; null takes the path out. */
export type Staging = Omit<IndexChange, 'oid'> & { readonly text: string | null };

/** Stores the texts and makes them what the index holds. @throws AppError CONFLICT while git writes the index */
export function stageTexts(folder: string, items: readonly Staging[]): void {
  const repository = findRepository(realpathSync(folder));
  if (!repository) throw new Error('not a git repository');
  const changes = items.map(({ text, ...rest }) => ({
    ...rest,
    oid: text === null ? null : writeLooseBlob(repository, Buffer.from(text)),
  }));
  writeIndex(repository, changes);
}

type Index = { readonly entries: readonly IndexEntry[]; readonly mtimeNs: bigint };

function readEntries({ gitFolder }: Repository): Index {
  const path = join(gitFolder, 'index');
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat ? { entries: parseIndex(readFileSync(path)), mtimeNs: stat.mtimeNs } : { entries: [], mtimeNs: 0n };
}

/** A `.gitattributes` that is not on the disk counts as the index has it, as git does it. */
async function attributesOf(repository: Repository, entries: readonly IndexEntry[], cache: object) {
  const missing = new Map<string, string>();
  for (const { path, oid } of entries)
    if (/(^|\/)\.gitattributes$/.test(path) && isOrdinary(path) && readSmall(join(repository.top, path)) === null) {
      const { blob } = await git.readBlob({ ...objectArgs(repository), cache, oid });
      missing.set(path, Buffer.from(blob).toString());
    }
  const config = readGitConfig(repository);
  return createAttributes(
    repository.commonFolder,
    config.get('core.attributesfile'),
    (path) => readSmall(join(repository.top, path)) ?? missing.get(path) ?? null,
  );
}

/** Git takes no attributes from a link, nor from a file as large as this. */
function readSmall(path: string): string | null {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() && stat.size <= 100_000_000 ? readFileSync(path, 'utf8') : null;
}

async function treeOf(repository: Repository, commit: string | null, memory: Memory) {
  let tree = memory.trees.get(repository.top);
  if (!tree || tree.commit !== commit) {
    tree = { commit, files: await listTree(repository, commit, memory.cache) };
    memory.trees.set(repository.top, tree);
  }
  return tree.files;
}

const MAX_REMEMBERED = 200_000;
const texts = new Map<string, string | null>();

/** A blob as text when it may be a pointer; blobs never change, so that each is read once. */
export async function pointerText(repository: Repository, oid: string, cache: object): Promise<string | null> {
  const known = texts.get(oid);
  if (known !== undefined) return known;
  const { blob } = await git.readBlob({ ...objectArgs(repository), cache, oid });
  const text = blob.length < MAX_POINTER_BYTES ? Buffer.from(blob).toString() : null;
  if (texts.size >= MAX_REMEMBERED) texts.clear();
  texts.set(oid, text);
  return text;
}

/** Pointers that commits of HEAD hold and no branch of a remote does, with one path of each; every text only once. */
export type NewPointers = { readonly path: string; readonly text: string }[];

/**
 * What a push of HEAD would bring a remote: the small files that its commits have and those of the remote's branches have not.
 * @param remote null for all commits
 */
export async function unpushedTexts(folder: string, remote: string | null, memory: Memory): Promise<NewPointers> {
  const repository = findRepository(realpathSync(folder));
  const head = repository && (await readHead(repository)).commit;
  if (!repository || !head) return [];
  const args = { ...objectArgs(repository), cache: memory.cache };
  const known = new Set<string>();
  for (const branch of remote === null ? [] : await git.listBranches({ ...args, remote })) {
    const tip = await git.resolveRef({ ...args, ref: `refs/remotes/${remote}/${branch}` }).catch(() => null);
    if (tip) known.add(tip);
  }
  const seenTrees = new Set<string>();
  const found = new Map<string, { path: string; text: string }>();
  const visit = async (oid: string, below: string): Promise<void> => {
    if (seenTrees.has(oid)) return;
    seenTrees.add(oid);
    for (const entry of (await git.readTree({ ...args, oid })).tree) {
      if (entry.type === 'tree') await visit(entry.oid, `${below}${entry.path}/`);
      else if (entry.type === 'blob' && !seenTrees.has(entry.oid)) {
        seenTrees.add(entry.oid);
        const text = await pointerText(repository, entry.oid, memory.cache);
        if (text?.startsWith('version ')) found.set(entry.oid, { path: below + entry.path, text });
      }
    }
  };
  const old = await reachable(args, [...known]);
  for (const tip of known) {
    const tree = await treeOfCommit(args, tip);
    if (tree) await markAll(args, tree, seenTrees);
  }
  for (const commit of await reachable(args, [head], old)) {
    const tree = await treeOfCommit(args, commit);
    if (tree) await visit(tree, '');
  }
  return [...found.values()];
}

type Args = ReturnType<typeof objectArgs> & { cache: object };

async function treeOfCommit(args: Args, oid: string): Promise<string | null> {
  return git.readCommit({ ...args, oid }).then(
    ({ commit }) => commit.tree,
    () => null,
  );
}

async function markAll(args: Args, tree: string, seen: Set<string>): Promise<void> {
  if (seen.has(tree)) return;
  seen.add(tree);
  for (const entry of (await git.readTree({ ...args, oid: tree })).tree) {
    if (entry.type === 'tree') await markAll(args, entry.oid, seen);
    else seen.add(entry.oid);
  }
}

/** Commits from some tips on, without those of another set and what lies behind them. A shallow clone ends where it ends. */
async function reachable(args: Args, tips: readonly string[], without: ReadonlySet<string> = new Set()) {
  const found = new Set<string>();
  const open = tips.filter(isSha);
  for (let oid = open.pop(); oid !== undefined; oid = open.pop()) {
    if (found.has(oid) || without.has(oid)) continue;
    const parents = await git.readCommit({ ...args, oid }).then(
      ({ commit }) => commit.parent,
      () => null,
    );
    if (parents === null) continue;
    found.add(oid);
    open.push(...parents);
  }
  return found;
}

const isSha = (text: string): boolean => /^[0-9a-f]{40}$/.test(text) || isOid(text);
