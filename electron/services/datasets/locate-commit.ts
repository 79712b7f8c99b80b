import { existsSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import { blobFiles } from './blob-cache.ts';
import type { Repo } from './config.ts';
import { filesOf, repoOf } from './context.ts';
import { historyOf } from './history.ts';
import type { LocateContext } from './locate.ts';
import type { Located, LocatedFile, SideCommit } from './located.ts';
import { objectPath } from './objects.ts';
import { type Recorded, recordedAt, recordedElsewhereAt, upwards } from './recorded.ts';
import { datasetsOf, isDvcFile, readDatasets } from './repo-files.ts';

const MOST_BLOBS = 20_000;
const MOST_RECORDS = 1000;
const TURN = 500;

type As = { readonly name: string; readonly label: string; readonly commit: SideCommit };

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
    (await git.resolveRef(root, rev)) ?? (repo && inRepo ? await byHash(context, repo, inRepo, rev) : null);
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
  if (repo && inRepo && recorded) return fromCache(repo, recorded, path, inRepo, as);
  const tracked = await git.trackedAt(root, info.id, path);
  if (tracked?.kind === 'file') return fromGit(context, path, tracked.oid, as);
  if (tracked) return folderFromGit(context, repo, path, tracked.files, as);
  const elsewhere = repo && inRepo ? await recordedElsewhereAt(git, repo, info.id, inRepo) : null;
  if (repo && inRepo && elsewhere) return fromCache(repo, elsewhere, path, inRepo, as);
  throw new AppError(
    'NOT_FOUND',
    `${label} has no ${path}: neither git nor DVC recorded it there. "assay data log ${path}" shows its versions.`,
  );
}

/** The newest commit that recorded the version of a dataset whose hash begins so. */
async function byHash({ git }: LocateContext, repo: Repo, path: string, hash: string): Promise<string | null> {
  if (!/^[0-9a-f]{4,32}(\.dir)?$/.test(hash)) return null;
  for (const folder of upwards(path)) {
    if (!existsSync(join(repo.root, `${folder}.dvc`))) continue;
    for (const dataset of readDatasets(repo, `${folder}.dvc`)) {
      const found = (await historyOf({ repo, git }, dataset)).find((one) => one.hash?.startsWith(hash));
      if (found) return found.commit;
    }
  }
  return null;
}

async function fromCache(repo: Repo, recorded: Recorded, path: string, inRepo: string, as: As): Promise<Located> {
  const { hash, legacy, size } = recorded;
  const { cacheFolder } = repo.config;
  const inner = inRepo.slice(recorded.path.length + 1);
  const dataset = inner === '' ? path : path.slice(0, -inner.length - 1);
  const missing = (what: string): AppError =>
    new AppError(
      'NOT_FOUND',
      `${what} as of ${as.label} is not in the cache of this machine. "assay data pull ${dataset}" fetches it, if a remote has it.`,
      { path: dataset, rev: as.commit.id, fetch: true },
    );
  if (hash === null) throw new AppError('NOT_FOUND', `No version of ${dataset} was recorded by ${as.label}.`);
  if (!hash.endsWith('.dir')) {
    if (inner !== '')
      throw new AppError('NOT_FOUND', `${dataset} was a file at ${as.label}, so it has no ${inner} in it.`);
    const file = objectPath(cacheFolder, hash, legacy);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat?.isFile()) throw missing(path);
    // a legacy hash was made of other bytes
    return { ...as, kind: 'file', file: whole(file, size, path), hash: legacy ? null : hash, size: stat.size };
  }
  const entries = filesOf(cacheFolder, hash, legacy);
  if (!entries) throw missing(dataset);
  const one = entries.find((entry) => entry.relpath === inner);
  if (one) {
    const file = objectPath(cacheFolder, one.md5, legacy);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat?.isFile()) throw missing(path);
    return { ...as, kind: 'file', file, hash: legacy ? null : one.md5, size: stat.size };
  }
  const below = inner === '' ? '' : `${inner}/`;
  const files: LocatedFile[] = [];
  let total = 0;
  for (const [i, { relpath, md5 }] of entries.entries()) {
    if (i % TURN === TURN - 1) await setImmediate();
    if (!relpath.startsWith(below)) continue;
    const file = objectPath(cacheFolder, md5, legacy);
    const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? null;
    total += bytes ?? 0;
    files.push({
      relpath: relpath.slice(below.length),
      md5: legacy ? null : md5,
      size: bytes,
      file: bytes === null ? null : file,
    });
  }
  if (files.length === 0 && inner !== '')
    throw new AppError('NOT_FOUND', `${dataset} had no ${inner} in it at ${as.label}.`);
  const complete = files.every((file) => file.size !== null);
  return { ...as, kind: 'folder', files, hash: inner === '' && !legacy ? hash : null, size: complete ? total : null };
}

/** @throws AppError UNAVAILABLE when an object has not the size that was recorded */
function whole(file: string, size: number | null, path: string): string {
  if (size !== null && statSync(file).size !== size)
    throw new AppError(
      'UNAVAILABLE',
      `The cache holds a damaged copy of ${path}. "assay data verify ${path}" shows it; pull it again from a remote.`,
    );
  return file;
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
      `${path} as of ${as.label} is not on this machine, only its Git LFS pointer. "assay data pull ${path}" fetches it.`,
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
  { root, git }: LocateContext,
  repo: Repo,
  folder: string,
  record: string,
  as: As,
): Promise<LocatedFile[]> {
  const full = join(root, folder);
  const dvcPath = relative(repo.root, join(full, record)).split(sep).join('/');
  const text = await git.fileAt(repo.root, as.commit.id, dvcPath);
  const files: LocatedFile[] = [];
  for (const { path, out } of text === null ? [] : datasetsOf(repo, dvcPath, text)) {
    const below = relative(full, join(repo.root, path)).split(sep).join('/');
    if (below === '' || below === '..' || below.startsWith('../')) continue;
    const { hash, legacy, size } = out;
    try {
      const data = await fromCache(repo, { path, hash, legacy, size }, `${folder}/${below}`, path, as);
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
