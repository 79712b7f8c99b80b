import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { FileVersion } from '../git/history.ts';
import type { Context } from './context.ts';
import { type Out, parseDvcFile, withPath, withVersion } from './dvc-file.ts';
import { type FormerName, namesOf } from './former-names.ts';
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

type Reading = Pick<Context, 'repo' | 'git'>;

/** The commits that changed what is recorded of a dataset, newest first, also under the names that it had before. */
export async function historyOf(context: Reading, dataset: Dataset): Promise<HistoryEntry[]> {
  const entries = (await recordsOver(context, dataset)).map(({ commit, author, at, message, out }): HistoryEntry => {
    return {
      commit,
      author,
      at,
      message: message.trim(),
      hash: out?.hash ?? null,
      size: out?.size ?? null,
      nfiles: out?.nfiles ?? null,
      desc: out?.desc ?? null,
      inCache: out?.hash != null && existsSync(objectPath(context.repo.config.cacheFolder, out.hash, out.legacy)),
    };
  });
  if (dataset.stage === null) return entries;
  // dvc.lock also changes with other outputs, and is older than some of them
  return entries.filter((entry, i) => entry.hash !== (entries[i + 1]?.hash ?? null));
}

type RecordThen = Omit<FileVersion, 'email'> & { readonly out: Out | null; readonly name: FormerName };

async function recordsOver(context: Reading, dataset: Dataset): Promise<RecordThen[]> {
  const { repo, git } = context;
  const all: RecordThen[] = [];
  for (const name of await namesOf(context, dataset)) {
    const versions = await git.fileHistory(repo.root, name.dvcPath);
    // up to the commit that gave it its next name
    const from = name.until === null ? 0 : versions.findIndex((one) => one.commit === name.until) + 1;
    for (const version of versions.slice(from))
      all.push({ ...version, name, out: version.text === null ? null : outIn(repo, name, version.text) });
  }
  return all;
}

function outIn(repo: Context['repo'], { dvcPath, path }: Pick<Dataset, 'dvcPath' | 'path'>, text: string): Out | null {
  try {
    return recordsOf(repo, dvcPath, text, null).find((one) => one.path === path)?.out ?? null;
  } catch {
    // a commit from before it was correct
    return null;
  }
}

/** What a commit records of a dataset, whatever it was called then; null when nothing. */
export async function recordAt(
  context: Reading,
  dataset: Dataset,
  commit: string,
  names?: readonly FormerName[],
): Promise<{ out: Out; text: string; name: FormerName } | null> {
  for (const name of names ?? (await namesOf(context, dataset))) {
    const text = await context.git.fileAt(context.repo.root, commit, name.dvcPath);
    const out = text === null ? null : outIn(context.repo, name, text);
    if (text !== null && out) return { out, text, name };
  }
  return null;
}

/**
 * A version of a dataset by a commit, branch or tag, or by the beginning of its hash.
 * @throws AppError NOT_FOUND
 */
export async function findVersion(
  context: Reading,
  dataset: Dataset,
  version: string,
): Promise<{ out: Out; text: string; name: FormerName }> {
  const commit = await context.git.resolveRef(context.repo.root, version);
  const found = commit === null ? null : await recordAt(context, dataset, commit);
  if (found) return found;
  if (/^[0-9a-f]{4,32}(\.dir)?$/.test(version))
    for (const { out, text, name } of await recordsOver(context, dataset))
      if (text !== null && out?.hash?.startsWith(version)) return { out, text, name };
  throw new AppError(
    'NOT_FOUND',
    `No version "${version}" of ${dataset.path}. "assay data log ${dataset.path}" shows its versions.`,
  );
}

/**
 * The record of an older version, as the dataset's own `.dvc` file is to hold it.
 * @throws AppError NOT_FOUND, CONFLICT when the version that is recorded now is in no commit and would be forgotten
 */
export async function versionAt(
  context: Reading,
  dataset: Dataset,
  version: string,
  force: boolean,
): Promise<{ out: Out; text: string }> {
  const { repo } = context;
  const recorded = (await recordsOver(context, dataset)).some(({ out }) => out?.hash === dataset.out.hash);
  if (!recorded && dataset.out.hash !== null && !force)
    throw new AppError(
      'CONFLICT',
      `The version of ${dataset.path} that is recorded now is in no commit. Commit ${dataset.dvcPath} first, or give it up with --force.`,
    );
  const { out, text, name } = await findVersion(context, dataset, version);
  if (out.hash === dataset.out.hash) return { out, text: readFileSync(join(repo.root, dataset.dvcPath), 'utf8') };
  // a .dvc file with several outs records versions of the others too, which stay as they are
  const current =
    dataset.stage === null
      ? parseDvcFile(readFileSync(join(repo.root, dataset.dvcPath), 'utf8'), dataset.dvcPath)
      : null;
  if (current && current.outs.length > 1 && out.hash !== null && !out.legacy)
    return { out, text: withVersion(current, dataset.index, { ...out, hash: out.hash, size: out.size ?? 0 }) };
  const renamed = name.dvcPath !== dataset.dvcPath;
  return { out, text: renamed ? withPath(parseDvcFile(text, name.dvcPath), 0, basename(dataset.path)) : text };
}
