import { readFileSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import * as git from 'isomorphic-git';
import { parseIndex } from './index-file.ts';
import { findRepository, objectArgs, type Repository, readHead } from './repository.ts';

/** A commit that changed a file, with the file as it was then; `text` is null where it was deleted. */
export type FileVersion = {
  readonly commit: string;
  readonly author: string;
  readonly email: string;
  /** ms since 1970 */
  readonly at: number;
  readonly message: string;
  readonly text: string | null;
};

/** A path below a folder, as the repository that the folder is in names it. */
function within(folder: string, path: string): { repository: Repository; path: string } | null {
  const real = realpathSync(folder);
  const repository = findRepository(real);
  return repository && { repository, path: relative(repository.top, join(real, path)).split(sep).join('/') };
}

/**
 * The commits reachable from HEAD that changed a file, newest first. A merge counts only when its file is that of none of its parents, as
 * `git log` has it. Empty without a repository or commit.
 */
export async function fileHistory(folder: string, path: string, limit: number, cache: object): Promise<FileVersion[]> {
  const found = within(folder, path);
  const head = found && (await readHead(found.repository));
  if (!found || !head?.commit) return [];
  const args = { ...objectArgs(found.repository), cache };
  const blobOf = createBlobLookup(args, found.path);
  const versions: FileVersion[] = [];
  for (const { oid, commit } of await git.log({ ...args, ref: head.commit })) {
    const blob = await blobOf(commit.tree);
    const parents = await Promise.all(
      commit.parent.map(async (parent) => {
        try {
          return await blobOf((await git.readCommit({ ...args, oid: parent })).commit.tree);
        } catch (error) {
          // a shallow clone ends here
          if (error instanceof git.Errors.NotFoundError) return null;
          throw error;
        }
      }),
    );
    if (parents.length === 0 ? blob === null : parents.includes(blob)) continue;
    versions.push({
      commit: oid,
      author: commit.author.name,
      email: commit.author.email,
      at: commit.author.timestamp * 1000,
      message: commit.message,
      text: blob && Buffer.from((await git.readBlob({ ...args, oid: blob })).blob).toString(),
    });
    if (versions.length === limit) break;
  }
  return versions;
}

/** Finds a path's blob in a tree; what a subtree holds is looked up once. */
function createBlobLookup(args: ReturnType<typeof objectArgs> & { cache: object }, path: string) {
  const parts = path.split('/');
  const known = new Map<string, string | null>();
  const lookUp = async (oid: string, depth: number): Promise<string | null> => {
    const wanted = depth === parts.length - 1 ? 'blob' : 'tree';
    const { tree } = await git.readTree({ ...args, oid });
    return tree.find((entry) => entry.path === parts[depth] && entry.type === wanted)?.oid ?? null;
  };
  return async (tree: string): Promise<string | null> => {
    let oid: string | null = tree;
    for (let depth = 0; depth < parts.length && oid !== null; depth++) {
      const key: string = `${depth} ${oid}`;
      if (!known.has(key)) known.set(key, await lookUp(oid, depth));
      oid = known.get(key) ?? null;
    }
    return oid;
  };
}

/** A file of a commit; null when the commit, or the file in it, is not there. */
export async function fileAt(folder: string, commit: string, path: string, cache: object): Promise<string | null> {
  const found = within(folder, path);
  if (!found) return null;
  const args = { ...objectArgs(found.repository), cache };
  try {
    const { blob } = await git.readBlob({ ...args, oid: commit, filepath: found.path });
    return Buffer.from(blob).toString();
  } catch (error) {
    if (error instanceof git.Errors.NotFoundError) return null;
    throw error;
  }
}

/** Up to `limit` files at or below a path that git has in its index. */
export function trackedFiles(folder: string, path: string, limit: number): string[] {
  const found = within(folder, path);
  if (!found) return [];
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(found.repository.gitFolder, 'index'));
  } catch {
    return [];
  }
  const below = `${found.path}/`;
  return parseIndex(bytes)
    .filter((entry) => entry.path === found.path || entry.path.startsWith(below))
    .slice(0, limit)
    .map((entry) => entry.path);
}
