import { realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';
import * as git from 'isomorphic-git';
import { messageOf } from '../../../shared/errors.ts';
import { findRepository, objectArgs } from './repository.ts';

/** A file that one or several commits have, with the first of those commits in the order asked for. */
export type CommittedFile = {
  /** from the folder, with `/`; files outside of it are left out */
  readonly path: string;
  readonly text: string;
  readonly commit: string;
  /** ms since 1970, of that commit */
  readonly at: number;
};

export type CommittedFiles = {
  readonly files: CommittedFile[];
  /** commits of which something could not be read, each with why */
  readonly unreadable: { readonly commit: string; readonly why: string }[];
};

/**
 * The files of some commits whose names fit, each content of a path once. A subtree that several commits share is looked at once, so a
 * long history costs what changed in it.
 * @param pattern of the path from the repository's top, as a regular expression
 */
export async function committedFiles(
  folder: string,
  commits: readonly string[],
  pattern: string,
  cache: object,
): Promise<CommittedFiles> {
  const real = realpathSync(folder);
  const repository = findRepository(real);
  if (!repository) return { files: [], unreadable: [] };
  const args = { ...objectArgs(repository), cache };
  const own = relative(repository.top, real).split(sep).join('/');
  const below = own === '' ? '' : `${own}/`;
  const fits = new RegExp(pattern, 'u');
  const trees = new Map<string, Promise<{ path: string; oid: string }[]>>();
  const filesIn = (oid: string, at: string): Promise<{ path: string; oid: string }[]> => {
    const key = `${oid} ${at}`;
    const known = trees.get(key);
    if (known) return known;
    const found = (async () => {
      const { tree } = await git.readTree({ ...args, oid });
      const all: { path: string; oid: string }[] = [];
      for (const entry of tree) {
        const path = at + entry.path;
        if (entry.type === 'tree') {
          if (path.startsWith(below) || below.startsWith(`${path}/`))
            all.push(...(await filesIn(entry.oid, `${path}/`)));
        } else if (entry.type === 'blob' && path.startsWith(below) && fits.test(path))
          all.push({ path, oid: entry.oid });
      }
      return all;
    })();
    trees.set(key, found);
    return found;
  };
  const files: CommittedFile[] = [];
  const unreadable: { commit: string; why: string }[] = [];
  const seen = new Set<string>();
  for (const oid of commits) {
    try {
      const { commit } = await git.readCommit({ ...args, oid });
      for (const file of await filesIn(commit.tree, '')) {
        const key = `${file.oid} ${file.path}`;
        if (seen.has(key)) continue;
        const { blob } = await git.readBlob({ ...args, oid: file.oid });
        seen.add(key);
        const text = Buffer.from(blob).toString();
        files.push({ path: file.path.slice(below.length), text, commit: oid, at: commit.committer.timestamp * 1000 });
      }
    } catch (error) {
      unreadable.push({ commit: oid, why: messageOf(error) });
    }
  }
  return { files, unreadable };
}
