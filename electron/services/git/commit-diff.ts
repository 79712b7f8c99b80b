import { realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';
import * as git from 'isomorphic-git';
import { findRepository, objectArgs } from './repository.ts';

export type ChangedFile = {
  /** from the folder, with `/` */
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** null: not there, no text, or longer than the limit */
  readonly from: string | null;
  readonly to: string | null;
};

export type CommitDiff = {
  /** in order of path, as many as asked for */
  readonly files: readonly ChangedFile[];
  /** how many differ */
  readonly total: number;
  /** a commit that this repository does not have */
  readonly missing: string | null;
};

export type DiffLimits = {
  readonly files: number;
  /** bytes of a text */
  readonly bytes: number;
  /** folders that are left out, from the folder */
  readonly without: readonly string[];
};

/** All of a diff's texts together. */
const MAX_TEXTS = 32 * 1024 * 1024;

type Tree = ReadonlyMap<string, { readonly oid: string; readonly type: string; readonly mode: string }>;

/** The files at or below a folder that differ between two commits, with both texts. Equal subtrees are not read. */
export async function commitDiff(
  folder: string,
  from: string,
  to: string,
  limits: DiffLimits,
  cache: object,
): Promise<CommitDiff> {
  const real = realpathSync(folder);
  const repository = findRepository(real);
  if (!repository) return { files: [], total: 0, missing: from };
  const args = { ...objectArgs(repository), cache };
  const roots: (string | null)[] = [];
  const below = relative(repository.top, real)
    .split(sep)
    .filter((part) => part !== '');
  for (const commit of [from, to]) {
    try {
      roots.push(await treeAt(args, (await git.readCommit({ ...args, oid: commit })).commit.tree, below));
    } catch (error) {
      if (error instanceof git.Errors.NotFoundError || error instanceof git.Errors.ObjectTypeError)
        return { files: [], total: 0, missing: commit };
      throw error;
    }
  }
  const pairs: { path: string; from: string | null; to: string | null }[] = [];
  await compare(args, roots[0]!, roots[1]!, '', limits.without, pairs);
  pairs.sort((a, b) => (a.path < b.path ? -1 : 1));
  const files: ChangedFile[] = [];
  let left = MAX_TEXTS;
  const textOf = async (oid: string | null): Promise<string | null> => {
    if (oid === null || left <= 0) return null;
    const { blob } = await git.readBlob({ ...args, oid });
    if (blob.length > limits.bytes || blob.subarray(0, 8000).includes(0)) return null;
    left -= blob.length;
    return Buffer.from(blob).toString();
  };
  for (const pair of pairs.slice(0, limits.files))
    files.push({
      path: pair.path,
      change: pair.from === null ? 'added' : pair.to === null ? 'removed' : 'changed',
      from: await textOf(pair.from),
      to: await textOf(pair.to),
    });
  return { files, total: pairs.length, missing: null };
}

type Args = ReturnType<typeof objectArgs> & { cache: object };

/** The tree of a folder in a commit; null when the commit has no such folder. */
async function treeAt(args: Args, root: string, parts: readonly string[]): Promise<string | null> {
  let oid = root;
  for (const part of parts) {
    const entry = (await entries(args, oid)).get(part);
    if (entry?.type !== 'tree') return null;
    oid = entry.oid;
  }
  return oid;
}

async function entries(args: Args, oid: string | null): Promise<Tree> {
  if (oid === null) return new Map();
  const { tree } = await git.readTree({ ...args, oid });
  return new Map(tree.map((entry) => [entry.path, entry]));
}

async function compare(
  args: Args,
  from: string | null,
  to: string | null,
  path: string,
  without: readonly string[],
  into: { path: string; from: string | null; to: string | null }[],
): Promise<void> {
  if (from === to) return;
  const [left, right] = [await entries(args, from), await entries(args, to)];
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const here = path + name;
    const [a, b] = [left.get(name), right.get(name)];
    if (a?.oid === b?.oid || without.includes(here)) continue;
    const tree = (one: typeof a): string | null => (one?.type === 'tree' ? one.oid : null);
    // a link's text is where it leads: nothing to compare
    const blob = (one: typeof a): string | null => (one?.type === 'blob' && one.mode !== '120000' ? one.oid : null);
    if (tree(a) !== null || tree(b) !== null) await compare(args, tree(a), tree(b), `${here}/`, without, into);
    if (blob(a) !== blob(b)) into.push({ path: here, from: blob(a), to: blob(b) });
  }
}
