import { basename, join, relative, sep } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { parsePointer } from '../lfs/pointer.ts';
import { blobFiles } from './blob-cache.ts';
import type { Repo } from './config.ts';
import { repoOf } from './context.ts';
import { findVersion, historyOf } from './history.ts';
import type { LocateContext } from './locate.ts';
import { type As, fromCache } from './locate-cache.ts';
import type { Located, LocatedFile } from './located.ts';
import { type Recorded, recordedAt, recordedElsewhereAt } from './recorded.ts';
import { type Dataset, datasetsOf, isDvcFile, listDatasets } from './repo-files.ts';

const MOST_BLOBS = 20_000;
const MOST_RECORDS = 1000;

/**
 * A path as a commit has it: data that DVC recorded there comes from the cache, data of Git LFS from its store, and what git itself holds is
 * written to `.assay/cache/blobs`.
 * @param rev a commit, branch or tag, perhaps with `~2` behind it, or the beginning of the hash of one of the path's versions
 * @throws AppError NOT_FOUND
 */
export async function locateAt(context: LocateContext, path: string, rev: string): Promise<Located> {
  const { root, git } = context;
  const repo = repoOf(root);
  const inRepo = repo && relative(repo.root, join(root, path)).split(sep).join('/');
  const commit =
    (await git.resolveRef(root, rev)) ??
    (repo && inRepo ? await byHash(context, repo, inRepo, rev) : null) ??
    (await byPointer(context, path, rev));
  const info = commit ? await git.commitInfo(root, commit) : null;
  if (!info && rev === 'HEAD')
    throw new AppError('NOT_FOUND', 'Nothing is committed yet, so there is no version to compare with. Commit first.');
  if (!info)
    throw new AppError(
      'NOT_FOUND',
      `No commit, branch, tag or version "${rev}" of ${path}. "assay data log ${path}" shows its versions.`,
    );
  const label = /^[0-9a-f]{4,}$/.test(rev) ? (info.id.startsWith(rev) ? info.id : rev).slice(0, 8) : rev;
  const as: As = { name: basename(path), label, commit: info };

  const recorded = repo && inRepo ? await recordedAt(git, repo, info.id, inRepo) : null;
  if (repo && inRepo && recorded) return fromCache(context, repo, recorded, path, inRepo, as);
  const tracked = await git.trackedAt(root, info.id, path);
  if (tracked?.kind === 'file') return fromGit(context, path, tracked.oid, as);
  if (tracked) return folderFromGit(context, repo, path, tracked.files, as);
  const elsewhere =
    repo && inRepo
      ? ((await recordedUnderOtherName(context, repo, inRepo, info.id)) ??
        (await recordedElsewhereAt(git, repo, info.id, inRepo)))
      : null;
  if (repo && inRepo && elsewhere) return fromCache(context, repo, elsewhere, path, inRepo, as);
  throw new AppError(
    'NOT_FOUND',
    `${label} has no ${path}: neither git nor DVC recorded it there. "assay data log ${path}" shows its versions.`,
  );
}

/** The newest commit that recorded the version of a dataset whose hash begins so. */
async function byHash({ git }: LocateContext, repo: Repo, path: string, hash: string): Promise<string | null> {
  const dataset = /^[0-9a-f]{4,32}(\.dir)?$/.test(hash) ? datasetWith(repo, path) : undefined;
  const history = dataset ? await historyOf({ repo, git }, dataset) : [];
  return history.find((one) => one.hash?.startsWith(hash))?.commit ?? null;
}

/** The newest commit that had the Git LFS pointer of a file whose SHA-256 begins so. */
async function byPointer({ root, git }: LocateContext, path: string, oid: string): Promise<string | null> {
  const history = /^[0-9a-f]{4,64}$/.test(oid) ? await git.fileHistory(root, path) : [];
  return history.find((one) => one.text !== null && parsePointer(one.text)?.oid.startsWith(oid))?.commit ?? null;
}

/** The dataset that a path is or lies in today. */
const datasetWith = (repo: Repo, path: string): Dataset | undefined =>
  listDatasets(repo).find((one) => path === one.path || path.startsWith(`${one.path}/`));

/** What a commit recorded of today's dataset under the name that it had then; null when it had none. */
async function recordedUnderOtherName(
  { git }: LocateContext,
  repo: Repo,
  path: string,
  commit: string,
): Promise<Recorded | null> {
  const dataset = datasetWith(repo, path);
  if (!dataset) return null;
  try {
    const { hash, legacy, size } = (await findVersion({ repo, git }, dataset, commit)).out;
    return { path: dataset.path, hash, legacy, size };
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

const checkOf =
  ({ signal }: LocateContext) =>
  (): void => {
    if (signal?.aborted) throw new AppError('CANCELLED', 'Looking at the files was stopped.');
  };

async function fromGit(context: LocateContext, path: string, oid: string, as: As): Promise<Located> {
  const [{ file, size, sha256 } = { file: null, size: 0, sha256: null }] = await blobFiles(
    context,
    [oid],
    checkOf(context),
  );
  if (file === null)
    throw new AppError(
      'NOT_FOUND',
      `${path} as of ${as.label} is not on this machine, only its Git LFS pointer. "assay data fetch ${path} --rev ${as.label}" fetches it.`,
      { path, rev: as.commit.id, fetch: true },
    );
  return { ...as, kind: 'file', file, size, hash: sha256 && `sha256:${sha256}` };
}

/** A folder of git's, with the data that `.dvc` files in it record. */
async function folderFromGit(
  context: LocateContext,
  repo: Repo | null,
  path: string,
  tracked: readonly { path: string; oid: string }[],
  as: As,
): Promise<Located> {
  if (tracked.length > MOST_BLOBS)
    throw new AppError(
      'BAD_REQUEST',
      `${path} has ${tracked.length} files in git, more than can be laid out for comparing. Choose a folder inside it.`,
    );
  const blobs = await blobFiles(
    context,
    tracked.map((one) => one.oid),
    checkOf(context),
  );
  const files = tracked.map(({ path: relpath }, i): LocatedFile => {
    const { file, size } = blobs[i]!;
    return { relpath, md5: null, size, file };
  });
  const records = repo ? tracked.filter((one) => isDvcFile(basename(one.path))).slice(0, MOST_RECORDS) : [];
  for (const record of records) files.push(...(await recordedFiles(context, repo!, path, record.path, as)));
  const complete = files.every((file) => file.file !== null);
  return {
    ...as,
    kind: 'folder',
    files,
    hash: null,
    size: complete ? files.reduce((sum, one) => sum + one.size!, 0) : null,
  };
}

/** The files of the data that one `.dvc` file below a folder records, by their paths from that folder. */
async function recordedFiles(
  context: LocateContext,
  repo: Repo,
  folder: string,
  record: string,
  as: As,
): Promise<LocatedFile[]> {
  const { root, git } = context;
  const full = join(root, folder);
  const dvcPath = relative(repo.root, join(full, record)).split(sep).join('/');
  const text = await git.fileAt(repo.root, as.commit.id, dvcPath);
  const files: LocatedFile[] = [];
  for (const { path, out } of text === null ? [] : datasetsOf(repo, dvcPath, text)) {
    const below = relative(full, join(repo.root, path)).split(sep).join('/');
    if (below === '' || below === '..' || below.startsWith('../')) continue;
    const { hash, legacy, size } = out;
    try {
      const data = await fromCache(context, repo, { path, hash, legacy, size }, `${folder}/${below}`, path, as);
      if (data.kind === 'file') files.push({ relpath: below, md5: data.hash, size: data.size, file: data.file });
      else files.push(...data.files.map((file) => ({ ...file, relpath: `${below}/${file.relpath}` })));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'NOT_FOUND' || hash === null || hash.endsWith('.dir'))
        throw error;
      files.push({ relpath: below, md5: legacy ? null : hash, size, file: null });
    }
  }
  return files;
}
