import { existsSync, realpathSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { isInside } from '../../platform/paths.ts';
import { pointerIn } from '../lfs/context.ts';
import { repoOf, stopOn } from './context.ts';
import { lfsFile, lfsStore } from './lfs-place.ts';
import type { LocateContext } from './locate.ts';
import type { Located, LocatedFile } from './located.ts';
import { writeManifest } from './manifest.ts';
import { memoryFile } from './memory.ts';
import { onDisk } from './on-disk.ts';
import { upwards } from './recorded.ts';
import { findGitTop, readDatasets } from './repo-files.ts';

const LABEL = 'working copy';

/**
 * A path as it lies in the project now, with the hashes that are remembered of it.
 * @throws AppError NOT_FOUND, BAD_REQUEST when a link leads out of the project
 */
export async function locateWorking(context: LocateContext, path: string): Promise<Located> {
  const { root, signal } = context;
  const full = join(root, path);
  const repo = repoOf(root);
  if (!existsSync(full)) {
    const recorded = existsSync(`${full}.dvc`) ? ` "assay data checkout ${path}" puts the recorded version there.` : '';
    throw new AppError('NOT_FOUND', `There is no ${path} in the working copy.${recorded}`);
  }
  const real = realpathSync(full);
  const gitTop = findGitTop(root);
  const allowed = [root, ...(gitTop ? [gitTop] : []), ...(repo ? [repo.config.cacheFolder] : [])];
  if (!allowed.some((folder) => existsSync(folder) && isInside(realpathSync(folder), real)))
    throw new AppError(
      'BAD_REQUEST',
      `A link leads ${path} out of the project. Name the file by its whole path instead.`,
    );
  const as = { name: basename(path), label: LABEL };
  const pointed = gitTop ? pointerIn(real) : null;
  if (pointed && gitTop) {
    const file = lfsFile(lfsStore(gitTop), pointed);
    if (file) return { ...as, kind: 'file', file, hash: `sha256:${pointed.oid}`, size: pointed.size, commit: null };
    throw new AppError(
      'NOT_FOUND',
      `${path} is not on this machine, only its Git LFS pointer. "assay data pull ${path}" fetches it.`,
    );
  }
  if (repo) {
    const known = await fromMemory(context, repo, relative(repo.root, full).split(sep).join('/'));
    if (known) return { ...known, ...as };
  }
  return onDisk(real, as, signal);
}

/** What is versioned, with the hashes that are remembered for files as they are now; null for anything else. */
async function fromMemory(
  { root, pool, signal }: LocateContext,
  repo: NonNullable<ReturnType<typeof repoOf>>,
  path: string,
): Promise<Located | null> {
  const dataset = upwards(path)
    .filter((folder) => existsSync(join(repo.root, `${folder}.dvc`)))
    .flatMap((folder) => readDatasets(repo, `${folder}.dvc`))
    .find((one) => path === one.path || path.startsWith(`${one.path}/`));
  // hashes of old versions of DVC are of other bytes than those on the disk
  if (!dataset || dataset.out.legacy) return null;
  const memory = memoryFile(root, `${repo.root}\0${dataset.path}`, false);
  const scan = await pool.ask('scan', { root: repo.root, path: dataset.path, memory, always: true }, stopOn(signal));
  if (scan.kind !== 'read') return null;
  const below = path === dataset.path ? '' : `${path.slice(dataset.path.length + 1)}/`;
  const common = { name: '', label: LABEL, commit: null };
  const files = scan.relpaths.flatMap((relpath, i): LocatedFile[] => {
    const file = relpath === '' ? join(repo.root, dataset.path) : `${join(repo.root, dataset.path)}/${relpath}`;
    const own = { md5: scan.md5s[i]!, size: scan.stamps[i]![3], file };
    if (`${relpath}/` === below || relpath === '') return [{ ...own, relpath: '' }];
    return relpath.startsWith(below) ? [{ ...own, relpath: relpath.slice(below.length) }] : [];
  });
  const [only] = files;
  if (only?.relpath === '')
    return { ...common, kind: 'file', file: realpathSync(only.file!), hash: only.md5, size: only.size };
  const hash = files.every((file) => file.md5 !== null)
    ? writeManifest(files.map(({ relpath, md5 }) => ({ relpath, md5: md5! }))).hash
    : null;
  return { ...common, kind: 'folder', files, hash, size: files.reduce((sum, file) => sum + file.size!, 0) };
}
