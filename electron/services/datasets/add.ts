import { existsSync, lstatSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { writeFileAtomic } from '../../platform/files.ts';
import { signCache } from './cache-users.ts';
import { type Context, workspaceTemporary } from './context.ts';
import { newDvcFile, type Version, withVersion } from './dvc-file.ts';
import { ignoreInGit } from './git-ignore.ts';
import { memoryFile } from './memory.ts';
import { objectMode, prepareTemporary, probeLinks } from './objects.ts';
import { portionsOf } from './pool.ts';
import { remember, summarise } from './read-data.ts';
import { checkInside, type Dataset, isDvcFile, isGitIgnored, listDatasets, requireRecord } from './repo-files.ts';
import { LARGE_BYTES, storeLarge } from './store-large.ts';
import { putObject } from './tasks.ts';

export type Added = {
  readonly path: string;
  readonly dvcPath: string;
  readonly hash: string;
  readonly size: number;
  readonly nfiles: number | null;
  /** false when the version was recorded before */
  readonly changed: boolean;
  /** how the cache and the working copy share their blocks */
  readonly link: string;
};

/**
 * Records what a file or folder holds now as its version: objects first, then the manifest, then `.gitignore`, then the `.dvc` file. Whoever
 * dies in between leaves the old version recorded and the data where it was.
 * @param full an absolute path
 * @param checkName throws when a new dataset may not be called so
 */
export async function addPath(context: Context, full: string, checkName: (full: string) => void): Promise<Added> {
  const { repo, gitTop, git, pool, stop, report } = context;
  const path = relative(repo.root, full).split(sep).join('/');
  const stat = lstatSync(full, { throwIfNoEntry: false });
  if (!stat) throw new AppError('NOT_FOUND', `There is no ${path || full}. Check the path.`);
  checkInside(repo.root, path, `${full} is to be added`);
  if (isDvcFile(basename(path)) || ['.dvcignore', '.gitignore'].includes(basename(path)))
    throw new AppError('BAD_REQUEST', `${path} belongs to git: commit it. Only data is added.`);
  const found = findDataset(listDatasets(repo), path);
  const dataset = found && requireRecord(found, 'added');
  if (!dataset) checkName(full);
  if (stat.isSymbolicLink() && !dataset)
    throw new AppError(
      'BAD_REQUEST',
      `${path} is a link. Add the file or folder that it leads to, or replace the link by it.`,
    );
  const dvcPath = dataset?.dvcPath ?? `${path}.dvc`;
  const inGit = repo.config.noScm ? null : gitTop;
  if (inGit) await checkGit(git, repo.root, inGit, path, dvcPath);

  const scan = await pool.ask(
    'scan',
    { root: repo.root, path, memory: memoryFile(context.project, `${repo.root}\0${path}`, false), always: true },
    stop,
  );
  if (scan.kind !== 'read')
    throw new AppError('NOT_FOUND', `${path} is a link to nothing, or was just deleted. Check it.`);
  const { cacheFolder } = repo.config;
  const mode = objectMode(repo.config);
  prepareTemporary(cacheFolder, Date.now());
  const temporary = workspaceTemporary(repo, path);
  signCache(repo);
  const link = probeLinks(repo.config.linkTypes, cacheFolder, temporary);
  const startedAt = Date.now();
  const sizes = scan.stamps.map((stamp) => stamp[3]);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let done = 0;
  // of several large files each thread takes its own
  const large = sizes.flatMap((size, i) => (size >= LARGE_BYTES && scan.md5s[i] === null ? [i] : []));
  if (link === 'copy' && large.length === 1) {
    const { md5, stamp } = await storeLarge(context, join(full, scan.relpaths[large[0]!]!), mode);
    scan.md5s[large[0]!] = md5;
    scan.stamps[large[0]!] = stamp;
  }
  await pool.inPortions(
    'store',
    portionsOf(sizes.length, (i) => sizes[i]!),
    ([from, to]) => ({
      items: scan.relpaths.slice(from, to).map((relpath, k) => ({
        path: relpath === '' ? full : `${full}/${relpath}`,
        hash: scan.md5s[from + k]!,
        stamp: scan.stamps[from + k]!,
      })),
      cacheFolder,
      link,
      mode,
      temporary,
    }),
    stop,
    (output, [from]) => {
      output.md5s.forEach((md5, k) => {
        scan.md5s[from + k] = md5;
        scan.stamps[from + k] = output.stamps[k]!;
        done += output.stamps[k]![3];
      });
      report({ done, total, unit: 'bytes', label: `adding ${path}` });
    },
  );
  const present = summarise(scan);
  if (present.manifest) putObject(cacheFolder, present.hash, present.manifest, mode);
  remember(memoryFile(context.project, `${repo.root}\0${path}`, false), present.hash, scan, startedAt);

  if (inGit) ignoreInGit(inGit, full, present.isFolder);
  const version: Version = {
    hash: present.hash,
    size: present.size,
    nfiles: present.isFolder ? present.nfiles : null,
    isexec: present.isexec,
  };
  const changed = dataset?.out.hash !== version.hash || dataset.out.legacy;
  if (changed) {
    const text = dataset ? withVersion(dataset.file, dataset.index, version) : newDvcFile(basename(path), version);
    writeFileAtomic(join(repo.root, dvcPath), text);
  }
  return { path, dvcPath, hash: version.hash, size: version.size, nfiles: version.nfiles, changed, link };
}

/** The dataset that is exactly this path, null when it is none. @throws AppError CONFLICT when it overlaps with another one */
function findDataset(all: readonly Dataset[], path: string): Dataset | null {
  const overlapping = all.find(
    (one) => one.path !== path && (one.path.startsWith(`${path}/`) || path.startsWith(`${one.path}/`)),
  );
  if (overlapping)
    throw new AppError(
      'CONFLICT',
      path.startsWith(`${overlapping.path}/`)
        ? `${path} is a part of ${overlapping.path}, which is versioned as a whole. Add ${overlapping.path} to record the change.`
        : `${overlapping.path} in ${path} is versioned for itself (${overlapping.dvcPath}). Remove that file first, or add other folders.`,
    );
  return all.find((one) => one.path === path) ?? null;
}

async function checkGit(
  git: Context['git'],
  root: string,
  gitTop: string,
  path: string,
  dvcPath: string,
): Promise<void> {
  const tracked = await git.trackedFiles(root, path);
  if (tracked.length > 0)
    throw new AppError(
      'CONFLICT',
      `git tracks ${tracked[0]}, and data has one owner. Run "git rm -r --cached ${path}" (the files stay), commit that, then add it again.`,
      { tracked },
    );
  if (!existsSync(join(root, dvcPath)) && isGitIgnored(gitTop, join(root, dvcPath), false))
    throw new AppError(
      'BAD_REQUEST',
      `git ignores ${dvcPath}, which is to be committed. Change the line in ${dirname(dvcPath) === '.' ? '' : `${dirname(dvcPath)}/`}.gitignore that hides it to name the data only.`,
    );
}
