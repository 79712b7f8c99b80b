import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import * as git from 'isomorphic-git';
import { findRepository, objectArgs, type Repository, readHead } from './repository.ts';
import { listTags, type Tag } from './tags.ts';

/** Everything that a repository still knows a way to. */
export type Known = {
  /** reachable from any branch, tag, HEAD, stash or reflog; newest first as far as the walk goes */
  readonly commits: string[];
  /** of branches here and of remotes, and of HEAD */
  readonly heads: string[];
  readonly tags: Tag[];
  /** commits that something names, but that cannot be read (a shallow clone ends there, or an object is damaged) */
  readonly unreadable: string[];
};

/** Walks from all names to all commits. A commit that cannot be read ends one way, not the walk. */
export async function knownCommits(folder: string, cache: object): Promise<Known> {
  const repository = findRepository(realpathSync(folder));
  if (!repository) return { commits: [], heads: [], tags: [], unreadable: [] };
  const args = { ...objectArgs(repository), cache };
  const heads = await headsOf(repository);
  const tags = await listTags(folder, cache);
  const shallow = linesOf(join(repository.commonFolder, 'shallow'));
  const commits: string[] = [];
  const unreadable: string[] = [];
  const seen = new Set<string>();
  let edge = [...heads, ...tags.map((tag) => tag.commit), ...reflogs(repository)];
  while (edge.length > 0) {
    const next: string[] = [];
    for (const oid of edge) {
      if (seen.has(oid)) continue;
      seen.add(oid);
      try {
        const { commit } = await git.readCommit({ ...args, oid });
        commits.push(oid);
        if (!shallow.has(oid)) next.push(...commit.parent);
      } catch {
        unreadable.push(oid);
      }
    }
    edge = next;
  }
  // what only a reflog names may have been pruned by git long ago, and is no loss
  const named = new Set([...heads, ...tags.map((tag) => tag.commit)]);
  const reachable = await reach(args, [...named], shallow);
  return { commits, heads, tags, unreadable: unreadable.filter((oid) => reachable.has(oid)) };
}

/** Every id that a walk from some commits meets, whether it can be read or not. */
async function reach(
  args: ReturnType<typeof objectArgs> & { cache: object },
  from: readonly string[],
  shallow: ReadonlySet<string>,
): Promise<Set<string>> {
  const seen = new Set<string>();
  const stack = [...from];
  for (let oid = stack.pop(); oid !== undefined; oid = stack.pop()) {
    if (seen.has(oid)) continue;
    seen.add(oid);
    try {
      if (!shallow.has(oid)) stack.push(...(await git.readCommit({ ...args, oid })).commit.parent);
    } catch {
      // it is in the set, which is what matters
    }
  }
  return seen;
}

async function headsOf(repository: Repository): Promise<string[]> {
  const args = objectArgs(repository);
  const refs: string[] = (await git.listBranches(args)).map((name) => `refs/heads/${name}`);
  for (const { remote } of await git.listRemotes(args))
    for (const name of await git.listBranches({ ...args, remote }))
      if (name !== 'HEAD') refs.push(`refs/remotes/${remote}/${name}`);
  refs.push('refs/stash');
  const heads = new Set<string>();
  const { commit } = await readHead(repository);
  if (commit !== null) heads.add(commit);
  for (const ref of refs) {
    try {
      heads.add(await git.resolveRef({ ...args, ref }));
    } catch {
      // a name that leads nowhere (any more)
    }
  }
  return [...heads];
}

const linesOf = (file: string): Set<string> => {
  try {
    return new Set(readFileSync(file, 'utf8').split('\n').filter(Boolean));
  } catch {
    return new Set();
  }
};

/** The commits that reflogs name: of branches that were deleted, amended or rebased away. */
function reflogs({ gitFolder, commonFolder }: Repository): string[] {
  const found = new Set<string>();
  for (const folder of new Set([join(gitFolder, 'logs'), join(commonFolder, 'logs')])) {
    let files: string[];
    try {
      files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
    } catch {
      continue;
    }
    for (const file of files)
      for (const line of linesOf(file))
        for (const oid of line.split(' ').slice(0, 2))
          if (/^[0-9a-f]{40}$/.test(oid) && !/^0+$/.test(oid)) found.add(oid);
  }
  return [...found];
}
