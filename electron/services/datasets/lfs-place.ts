import { readGitConfig } from '../git/config-file.ts';
import { findRepository } from '../git/repository.ts';
import { pointerIn } from '../lfs/context.ts';
import { findObject, storeOf } from '../lfs/store.ts';

export type Pointed = { readonly oid: string; readonly size: number };

/** The Git LFS object that a file's content stands for; null when it is a file of its own. */
export const pointedBy = (file: string): Pointed | null => pointerIn(file);

/** Where Git LFS keeps an object on this machine; null when it is not there, or not whole. */
export function lfsObject(gitTop: string, pointed: Pointed): string | null {
  const repository = findRepository(gitTop);
  return repository && findObject(storeOf(repository, readGitConfig(repository)), pointed);
}
