import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { PathsToCommit } from '../git/commit-paths.ts';
import type { Context } from './context.ts';
import { renamedFrom } from './former-names.ts';
import { datasetsOf, isDvcFile, listDatasets } from './repo-files.ts';

/** What makes a folder a repository of DVC; without it a clone would not know. */
const OWN_FILES = ['.dvc/config', '.dvc/.gitignore', '.dvcignore'];

/**
 * Commits the records of datasets: their `.dvc` files or `dvc.lock`, the `.gitignore` beside the data, and what DVC itself needs in a
 * repository. A record that is gone since it was renamed or untracked goes with it. Nothing else that is staged is touched.
 * @param paths of datasets, from the repository's root; also of such that are no longer tracked
 * @param also goes along
 * @returns the commit
 * @throws AppError CONFLICT when there is nothing to commit, NOT_FOUND for a path that is and was no dataset
 */
export async function commitRecords(
  context: Context,
  paths: readonly string[],
  message: string,
  also: PathsToCommit = { paths: [], staged: [] },
): Promise<string> {
  const { repo, git, gitTop } = context;
  if (gitTop === null || repo.config.noScm)
    throw new AppError('BAD_REQUEST', 'This project is in no git repository. Make one with "git init", then commit.');
  const head = await git.resolveRef(repo.root, 'HEAD');
  const committed =
    head === null ? [] : (await git.committedFiles(repo.root, [head], String.raw`(\.dvc|(^|/)\.gitignore)$`)).files;
  const gone = committed.filter((file) => isDvcFile(file.path) && !existsSync(join(repo.root, file.path)));
  const all = listDatasets(repo);
  const files = new Set<string>();
  const put = (path: string): void => {
    if (existsSync(join(repo.root, path)) || committedBefore(path)) files.add(path);
  };
  const known = new Set(committed.map((file) => file.path));
  const committedBefore = (path: string): boolean => known.has(path);
  const wanted =
    paths.length === 0 ? [...all.map((one) => one.path), ...gone.map((one) => withoutEnding(one.path))] : paths;
  for (const path of wanted) {
    const fitting = all.filter((one) => one.path === path || one.dvcPath === path);
    const removed = gone.filter((one) => withoutEnding(one.path) === path || one.path === path);
    if (fitting.length === 0 && removed.length === 0)
      throw new AppError('NOT_FOUND', `${path} is not versioned. "assay data list" shows what is.`);
    for (const { dvcPath, path: data, out } of fitting) {
      put(dvcPath);
      put(beside(data, '.gitignore'));
      if (basename(dvcPath) === 'dvc.lock') put(beside(dvcPath, 'dvc.yaml'));
      const before = renamedFrom(context, data);
      for (const old of gone)
        if (before.includes(withoutEnding(old.path)) || hashesIn(context, old).includes(out.hash)) removed.push(old);
    }
    for (const { path: dvcPath } of removed) {
      files.add(dvcPath);
      put(beside(dvcPath, '.gitignore'));
    }
  }
  for (const path of OWN_FILES) put(path);
  const commit = await git.commitPaths(repo.root, { paths: [...files, ...also.paths], staged: also.staged }, message);
  if (commit === null)
    throw new AppError(
      'CONFLICT',
      'There is nothing to commit: the last commit has these datasets as they are recorded.',
    );
  return commit;
}

const beside = (path: string, name: string): string =>
  dirname(path) === '.' ? name : `${relative('.', dirname(path)).split(sep).join('/')}/${name}`;
const withoutEnding = (dvcPath: string): string => dvcPath.replace(/\.dvc$/, '');

function hashesIn({ repo }: Context, { path, text }: { path: string; text: string }): (string | null)[] {
  try {
    return datasetsOf(repo, path, text).flatMap(({ out }) => (out.hash === null ? [] : [out.hash]));
  } catch {
    return [];
  }
}
