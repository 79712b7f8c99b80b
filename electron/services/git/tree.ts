import * as git from 'isomorphic-git';
import { objectArgs, type Repository } from './repository.ts';

export type TreeFile = { readonly oid: string; readonly mode: number };
/** Every file of a commit by its path. */
export type TreeFiles = ReadonlyMap<string, TreeFile>;

/** All files of a commit; empty for null, the time before the first one. */
export async function listTree(repository: Repository, commit: string | null, cache: object): Promise<TreeFiles> {
  const files = new Map<string, TreeFile>();
  const walk = async (oid: string, folder: string): Promise<void> => {
    const { tree } = await git.readTree({ ...objectArgs(repository), cache, oid });
    for (const entry of tree) {
      const path = folder + entry.path;
      if (entry.type === 'tree') await walk(entry.oid, `${path}/`);
      else files.set(path, { oid: entry.oid, mode: Number.parseInt(entry.mode, 8) });
    }
  };
  if (commit !== null) await walk(commit, '');
  return files;
}
