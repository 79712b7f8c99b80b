import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readGitConfig } from '../git/config-file.ts';
import type { Repository } from '../git/repository.ts';
import { findObject, type Store, storeOf } from '../lfs/store.ts';

/** The store of Git LFS of the repository whose top folder this is. */
export function lfsStore(top: string): Store {
  const gitFolder = gitFolderOf(top);
  const repository: Repository = { top, gitFolder, commonFolder: commonFolderOf(gitFolder) };
  return storeOf(repository, readGitConfig(repository));
}

/** The file that a pointer stands for; null when this machine does not have it. */
export function lfsFile(store: Store, pointer: { oid: string; size: number }): string | null {
  return pointer.size === 0 ? null : findObject(store, pointer);
}

/** `.git`, or where it points to: that of a linked worktree is a file. */
function gitFolderOf(top: string): string {
  const path = join(top, '.git');
  if (statSync(path).isDirectory()) return path;
  const pointer = /^gitdir: (.+?)\s*$/.exec(readFileSync(path, 'utf8').slice(0, 8192))?.[1];
  return resolve(top, pointer ?? '.git');
}

function commonFolderOf(gitFolder: string): string {
  try {
    return resolve(gitFolder, readFileSync(join(gitFolder, 'commondir'), 'utf8').trim());
  } catch {
    return gitFolder;
  }
}
