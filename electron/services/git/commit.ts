import fs, { realpathSync } from 'node:fs';
import * as git from 'isomorphic-git';
import type { Memory } from './capture.ts';
import { readIdentity } from './identity.ts';
import { lfsTracked } from './lfs.ts';
import { findRepository, objectArgs, type Repository, readHead } from './repository.ts';
import { scan } from './scan.ts';
import { listTree } from './tree.ts';

export type Author = { readonly name: string; readonly email: string };

/**
 * Makes a repository with the branch `main`. Harmless when there is one.
 * @param person who commits in it, unless git knows somebody already
 */
export async function init(root: string, person: Author | null): Promise<void> {
  await git.init({ fs, dir: root, defaultBranch: 'main' });
  // isomorphic-git turns it off; with it off a script that became executable would look unchanged
  if (process.platform !== 'win32') await git.setConfig({ fs, dir: root, path: 'core.filemode', value: true });
  const repository = person && findRepository(realpathSync(root));
  if (!repository || (await readIdentity(repository).catch(() => null))) return;
  await git.setConfig({ fs, dir: root, path: 'user.name', value: person.name });
  await git.setConfig({ fs, dir: root, path: 'user.email', value: person.email });
}

/**
 * Commits every change below a repository's top folder; returns the commit, or the present one when nothing changed.
 * @throws Error for changed files of Git LFS, which are staged otherwise (`stageTexts`)
 */
export async function commitAll(root: string, message: string, author: Author, memory: Memory): Promise<string | null> {
  const repository = findRepository(realpathSync(root));
  if (!repository) throw new Error('not a git repository');
  const { commit } = await readHead(repository);
  const changes = await scan({
    repository,
    head: await listTree(repository, commit, memory.cache),
    cache: memory.cache,
    untrackedBelow: '',
    deadline: Number.POSITIVE_INFINITY,
  });
  if (changes.length === 0) return commit;
  const ofLfs = await lfsTracked(
    root,
    changes.flatMap(({ path, mode }) => (mode === null ? [] : path)),
    memory,
  );
  if (ofLfs.length > 0)
    throw new Error(`${ofLfs[0]} belongs to Git LFS; git would get the file itself instead of its pointer`);
  const args = { fs, dir: repository.top, gitdir: repository.gitFolder, cache: memory.cache };
  for (const { path, mode } of changes) {
    if (mode === null) await git.remove({ ...args, filepath: path });
    else await git.add({ ...args, filepath: path });
  }
  return await git.commit({ ...args, message, author });
}

/** The commit that a branch, tag or (shortened) id means, perhaps with `~2` or `^` behind it; null when there is none. */
export async function resolveRef(root: string, ref: string): Promise<string | null> {
  const repository = findRepository(realpathSync(root));
  if (!repository) return null;
  const found = await resolvePlain(repository, ref);
  const { base, steps } = /^(?<base>[^~^]+)(?<steps>([~^]\d*)+)$/.exec(ref)?.groups ?? {};
  if (found || !base || !steps) return found;
  let commit = await resolvePlain(repository, base);
  for (const [, kind, digits] of steps.matchAll(/([~^])(\d*)/g)) {
    const count = digits ? Number(digits) : 1;
    if (count > 10_000) return null;
    for (let i = 0; i < (kind === '~' ? count : 1) && commit !== null; i++) {
      const { commit: read } = await git.readCommit({ ...objectArgs(repository), oid: commit });
      commit = (kind === '~' ? read.parent[0] : count === 0 ? commit : read.parent[count - 1]) ?? null;
    }
  }
  return commit;
}

async function resolvePlain(repository: Repository, ref: string): Promise<string | null> {
  if (ref === 'HEAD') return (await readHead(repository)).commit;
  const args = objectArgs(repository);
  try {
    return await git.resolveRef({ ...args, ref });
  } catch {
    return await git.expandOid({ ...args, oid: ref }).catch(() => null);
  }
}
