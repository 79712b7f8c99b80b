import fs, { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as git from 'isomorphic-git';

/** Where a repository's things are. With a linked worktree `gitFolder` (HEAD, index) and `commonFolder` (objects, refs) differ. */
export type Repository = {
  readonly top: string;
  readonly gitFolder: string;
  readonly commonFolder: string;
};

/** Where HEAD points. Before the first commit `commit` is null. */
export type Head = { readonly branch: string | null; readonly commit: string | null; readonly detached: boolean };

/** Arguments that every call of isomorphic-git gets: no `dir`, so that nothing of the working tree is touched by accident. */
export const objectArgs = (repository: Repository) => ({ fs, gitdir: repository.commonFolder });

/** The repository that a folder is in, itself or above it; null when there is none. */
export function findRepository(folder: string): Repository | null {
  for (let top = folder; ; top = dirname(top)) {
    const gitFolder = gitFolderOf(top);
    if (gitFolder) return { top, gitFolder, commonFolder: commonFolderOf(gitFolder) };
    if (dirname(top) === top) return null;
  }
}

function gitFolderOf(top: string): string | null {
  const path = join(top, '.git');
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return null;
  if (stat.isDirectory()) return existsSync(join(path, 'HEAD')) ? path : null;
  const pointer = /^gitdir: (.+?)\s*$/.exec(readFileSync(path, 'utf8').slice(0, 8192))?.[1];
  const target = pointer && resolve(top, pointer);
  return target && existsSync(join(target, 'HEAD')) ? target : null;
}

function commonFolderOf(gitFolder: string): string {
  try {
    return resolve(gitFolder, readFileSync(join(gitFolder, 'commondir'), 'utf8').trim());
  } catch {
    return gitFolder;
  }
}

/** @throws when the repository is of a kind that cannot be read (reftable, SHA-256) */
export async function readHead(repository: Repository): Promise<Head> {
  const text = readFileSync(join(repository.gitFolder, 'HEAD'), 'utf8').trim();
  const ref = /^ref: (.+)$/.exec(text)?.[1];
  if (!ref) return { branch: null, commit: text, detached: true };
  const branch = ref.replace(/^refs\/heads\//, '');
  if (branch === '.invalid') throw new Error('its refs are kept in a table ("reftable"), which Assay cannot read yet');
  try {
    return { branch, commit: await git.resolveRef({ ...objectArgs(repository), ref }), detached: false };
  } catch (error) {
    if (error instanceof git.Errors.NotFoundError) return { branch, commit: null, detached: false };
    throw error;
  }
}

/** Where the branch is pushed to, else `origin`, else the only remote there is; without user name and password. */
export async function readRemote(repository: Repository, branch: string | null): Promise<string | null> {
  const args = objectArgs(repository);
  const remotes = await git.listRemotes(args);
  const named = branch
    ? ((await git.getConfig({ ...args, path: `branch.${branch}.remote` })) as string | undefined)
    : undefined;
  const chosen =
    remotes.find((one) => one.remote === named) ?? remotes.find((one) => one.remote === 'origin') ?? remotes[0];
  return chosen ? withoutCredentials(chosen.url) : null;
}

/** Takes the user name and password out of an address; `git@host:path`, whose `git` is no secret, stays. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)([^/@]*)@/i, (_, scheme: string, user: string) =>
    scheme.toLowerCase().startsWith('ssh') && !user.includes(':') ? `${scheme}${user}@` : scheme,
  );
}
