import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { Context } from './context.ts';
import type { Out } from './dvc-file.ts';
import { objectPath } from './objects.ts';
import { type Dataset, recordsOf } from './repo-files.ts';

/** A version of a dataset as a commit recorded it. */
export type HistoryEntry = {
  readonly commit: string;
  readonly author: string;
  /** ms since 1970 */
  readonly at: number;
  readonly message: string;
  /** null where it was deleted, or its `.dvc` file cannot be read */
  readonly hash: string | null;
  readonly size: number | null;
  readonly nfiles: number | null;
  readonly desc: string | null;
  /** whether the cache of this machine holds it (its list of files, for a folder) */
  readonly inCache: boolean;
};

/** The commits that changed what is recorded of a dataset, newest first. */
export async function historyOf(
  { repo, git }: Pick<Context, 'repo' | 'git'>,
  dataset: Dataset,
): Promise<HistoryEntry[]> {
  const versions = await git.fileHistory(repo.root, dataset.dvcPath);
  const entries = versions.map(({ commit, author, at, message, text }): HistoryEntry => {
    const out = text === null ? null : outIn(repo, dataset, text);
    return {
      commit,
      author,
      at,
      message: message.trim(),
      hash: out?.hash ?? null,
      size: out?.size ?? null,
      nfiles: out?.nfiles ?? null,
      desc: out?.desc ?? null,
      inCache: out?.hash != null && existsSync(objectPath(repo.config.cacheFolder, out.hash, out.legacy)),
    };
  });
  if (dataset.stage === null) return entries;
  // dvc.lock also changes with other outputs, and is older than some of them
  return entries.filter((entry, i) => entry.hash !== (entries[i + 1]?.hash ?? null));
}

export function outIn(repo: Context['repo'], { dvcPath, path }: Dataset, text: string): Out | null {
  try {
    return recordsOf(repo, dvcPath, text, null).find((one) => one.path === path)?.out ?? null;
  } catch {
    // a commit from before it was correct
    return null;
  }
}

/**
 * A dataset's `.dvc` file as another commit has it.
 * @throws AppError NOT_FOUND, CONFLICT when the version that is recorded now is in no commit and would be forgotten
 */
export async function versionAt(
  context: Context,
  dataset: Dataset,
  version: string,
  force: boolean,
): Promise<{ out: Out; text: string }> {
  const { repo, git } = context;
  const history = await git.fileHistory(repo.root, dataset.dvcPath);
  const now = readFileSync(join(repo.root, dataset.dvcPath), 'utf8');
  const recorded = history.some(
    (one) => one.text !== null && outIn(repo, dataset, one.text)?.hash === dataset.out.hash,
  );
  if (!recorded && dataset.out.hash !== null && !force)
    throw new AppError(
      'CONFLICT',
      `The version of ${dataset.path} that is recorded now is in no commit. Commit ${dataset.dvcPath} first, or give it up with --force.`,
    );
  const commit = await git.resolveRef(repo.root, version);
  const byHash = /^[0-9a-f]{4,32}$/.test(version)
    ? history.find((one) => one.text !== null && outIn(repo, dataset, one.text)?.hash?.startsWith(version))
    : undefined;
  const text = (commit && (await git.fileAt(repo.root, commit, dataset.dvcPath))) ?? byHash?.text ?? null;
  const out = text === null ? null : outIn(repo, dataset, text);
  if (text === null || !out)
    throw new AppError(
      'NOT_FOUND',
      `No version "${version}" of ${dataset.path}. "assay data log ${dataset.path}" shows its versions.`,
    );
  return { out, text: out.hash === dataset.out.hash ? now : text };
}
