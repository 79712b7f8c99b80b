import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../../shared/errors.ts';
import { createGitConfig, type GitConfig, parseGitConfig } from '../git/config-file.ts';
import { withoutCredentials } from '../git/repository.ts';

export type Operation = 'download' | 'upload';

/** Where the objects of a remote are. */
export type Endpoint = {
  /** the remote of git, for people */
  readonly remote: string;
} & (
  | {
      readonly kind: 'http';
      /** without a slash at its end; it may hold a user name and a password */
      readonly url: string;
      /** it was the repository itself that named this server, not the person: nothing secret of theirs is meant for it by name */
      readonly foreign: boolean;
      /** where to ask for leave first, when git reaches the remote over SSH */
      readonly ssh: { readonly url: string; readonly path: string } | null;
    }
  /** another repository on this machine, or a disk that is mounted */
  | { readonly kind: 'folder'; readonly folder: string }
);

/** What a repository may say in its own `.lfsconfig` about all who clone it (git-lfs, config/git_fetcher.go). */
const SAFE =
  /^(lfs\.(url|pushurl|fetchinclude|fetchexclude|allowincompletepush|locksverify|skipdownloaderrors|gitprotocol)|remote\..+\.lfsurl)$/;

export const readLfsConfig = (text: string | null): GitConfig =>
  createGitConfig(text === null ? [] : parseGitConfig(text).filter(([key]) => SAFE.test(key)));

/**
 * The remote that is meant when nobody names one: that of the branch, `remote.lfsdefault`, `origin`, or the only one there is; null without
 * one, as when `lfs.url` alone says where objects are.
 */
export function defaultRemote(config: GitConfig, branch: string | null): string | null {
  const names = config.names('remote').filter((name) => config.get(`remote.${name}.url`) !== null);
  const wished = [branch && config.get(`branch.${branch}.remote`), config.get('remote.lfsdefault'), 'origin'];
  return wished.find((name) => name && names.includes(name)) ?? (names.length === 1 ? names[0]! : null);
}

/**
 * Finds the endpoint as git-lfs does (docs/api/server-discovery.md).
 * @param own what `.lfsconfig` says; git's configuration counts more
 * @param top what a relative path of a remote counts from
 * @throws AppError NOT_FOUND when neither says where, BAD_REQUEST for an address that is of no use
 */
export function findEndpoint(
  config: GitConfig,
  own: GitConfig,
  remote: string | null,
  operation: Operation,
  top: string,
): Endpoint {
  const name = remote ?? 'origin';
  const keys = [
    ...(operation === 'upload' ? ['lfs.pushurl'] : []),
    'lfs.url',
    ...(operation === 'upload' ? [`remote.${name}.lfspushurl`] : []),
    `remote.${name}.lfsurl`,
  ];
  for (const key of keys) {
    const said = config.get(key);
    const url = said ?? own.get(key);
    if (url === null) continue;
    if (said === null && !/^https?:\/\//i.test(url))
      throw new AppError(
        'BAD_REQUEST',
        `.lfsconfig names ${withoutCredentials(url)}, which is no web address. If you trust it, set it yourself: git config ${key} …`,
      );
    return fromAddress(rewritten(config, url, operation), name, said === null, top, false);
  }
  const url =
    (operation === 'upload' ? config.get(`remote.${name}.pushurl`) : null) ?? config.get(`remote.${name}.url`);
  if (url === null)
    throw new AppError(
      'NOT_FOUND',
      remote === null
        ? 'This repository has no remote to exchange Git LFS objects with. Add one with "git remote add origin URL", or set lfs.url.'
        : `There is no git remote "${remote}". "git remote -v" shows those that there are.`,
    );
  return fromAddress(rewritten(config, url, operation), name, false, top, true);
}

/** `url.<base>.insteadOf`: the longest beginning that fits is replaced; for pushing `pushInsteadOf` first. */
function rewritten(config: GitConfig, url: string, operation: Operation): string {
  for (const kind of operation === 'upload' ? ['pushinsteadof', 'insteadof'] : ['insteadof']) {
    let best: { base: string; prefix: string } | null = null;
    for (const base of config.names('url'))
      for (const prefix of config.getAll(`url.${base}.${kind}`))
        if (url.startsWith(prefix) && prefix.length > (best?.prefix.length ?? 0)) best = { base, prefix };
    if (best) return best.base + url.slice(best.prefix.length);
  }
  return url;
}

/** @param isGit it is the address of a repository, whose objects have one below it */
function fromAddress(address: string, remote: string, foreign: boolean, top: string, isGit: boolean): Endpoint {
  const url = address.replace(/\/+$/, '');
  if (/^https?:\/\//i.test(url))
    return { kind: 'http', remote, url: isGit ? belowRepository(url) : url, foreign, ssh: null };
  if (/^git:\/\//i.test(url))
    return { kind: 'http', remote, url: belowRepository(url.replace(/^git/i, 'https')), foreign, ssh: null };
  if (/^file:\/\//i.test(url)) return { kind: 'folder', remote, folder: fileURLToPath(url) };
  const ssh = sshAddress(url);
  if (ssh) {
    const host = new URL(ssh.url).hostname;
    const web = `https://${host}/${ssh.path.replace(/^\/+/, '')}`;
    return { kind: 'http', remote, url: belowRepository(web), foreign, ssh };
  }
  const folder = resolve(top, url);
  if (isAbsolute(url) || url.startsWith('.') || existsSync(folder)) return { kind: 'folder', remote, folder };
  throw new AppError(
    'BAD_REQUEST',
    `The address of the remote "${remote}" (${withoutCredentials(url)}) is of a kind that Git LFS objects cannot be exchanged with.`,
  );
}

const belowRepository = (url: string): string => `${url.endsWith('.git') ? url : `${url}.git`}/info/lfs`;

/** `ssh://user@host:port/path`, or `user@host:path` as scp has it. */
function sshAddress(url: string): { url: string; path: string } | null {
  if (/^(git\+)?ssh(\+git)?:\/\//i.test(url)) {
    const at = URL.parse(url.replace(/^[^:]+/, 'ssh'));
    // a host that begins with a dash would be an option for programs that get it
    return at?.hostname && !at.hostname.startsWith('-')
      ? {
          url: `ssh://${at.username ? `${at.username}@` : ''}${at.host}`,
          path: decodeURIComponent(at.pathname).replace(/^\//, ''),
        }
      : null;
  }
  const scp = /^(?:([\w.-]+)@)?(\[[\da-f:]+\]|[\w.][\w.-]+):(?!\/\/|:)(.+)$/i.exec(url);
  // one letter before the colon is a drive of Windows
  return scp ? { url: `ssh://${scp[1] ? `${scp[1]}@` : ''}${scp[2]}`, path: scp[3]! } : null;
}
