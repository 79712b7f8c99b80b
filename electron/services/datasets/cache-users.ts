import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readJson, writeFileAtomic } from '../../platform/files.ts';
import { type Repo, readConfig } from './config.ts';

/** Who shares a cache: other repositories that wrote their names into it, and those that this machine's Assay knows. */
export type CacheUser = {
  readonly root: string;
  /** null when it is not there, or cannot be read */
  readonly repo: Repo | null;
};

const folderOf = (cacheFolder: string): string => join(cacheFolder, 'assay-users');

/** Leaves a repository's name in a cache that lies outside of it, so that others who collect garbage there ask for it. */
export function signCache(repo: Repo): void {
  const { cacheFolder } = repo.config;
  if (real(cacheFolder) === join(real(repo.root), '.dvc', 'cache')) return;
  const name = createHash('sha256').update(repo.root).digest('hex').slice(0, 24);
  const path = join(folderOf(cacheFolder), `${name}.json`);
  if (existsSync(path)) return;
  try {
    mkdirSync(folderOf(cacheFolder), { recursive: true });
    writeFileAtomic(path, `${JSON.stringify({ root: repo.root })}\n`);
  } catch {
    // a cache that may only be read: this project leaves nothing in it
  }
}

/** @param known roots of other repositories on this machine; those with another cache do not count */
export function cacheUsers(repo: Repo, known: readonly string[]): CacheUser[] {
  const cache = real(repo.config.cacheFolder);
  const roots = new Set([...signedIn(cache), ...ownerOf(cache)]);
  const users: CacheUser[] = [];
  for (const root of new Set([...roots, ...known])) {
    if (real(root) === real(repo.root)) continue;
    const other = readRepo(root);
    if (other && real(other.config.cacheFolder) === cache) users.push({ root, repo: other });
    // it uses another cache now, or is unknown: only who signed is waited for
    else if (!other && roots.has(root)) users.push({ root, repo: null });
  }
  return users;
}

/** The repository in whose own place a cache lies: it leaves no name in it. */
const ownerOf = (cache: string): string[] =>
  basename(cache) === 'cache' && basename(dirname(cache)) === '.dvc' ? [dirname(dirname(cache))] : [];

function signedIn(cacheFolder: string): string[] {
  try {
    return readdirSync(folderOf(cacheFolder)).flatMap((name) => {
      const read = name.endsWith('.json')
        ? (readJson(join(folderOf(cacheFolder), name)) as { root?: unknown } | null)
        : null;
      return typeof read?.root === 'string' ? [read.root] : [];
    });
  } catch {
    return [];
  }
}

function readRepo(root: string): Repo | null {
  try {
    return existsSync(join(root, '.dvc')) ? { root, config: readConfig(root) } : null;
  } catch {
    return null;
  }
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
