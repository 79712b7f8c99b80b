import { lstatSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { writeFileAtomic } from '../../platform/files.ts';
import { type Context, filesOf, workspaceTemporary } from './context.ts';
import { withoutOut } from './dvc-file.ts';
import { unignoreInGit } from './git-ignore.ts';
import { objectPath } from './objects.ts';
import { portionsOf } from './pool.ts';
import type { Recorded } from './repo-files.ts';

/**
 * Stops tracking a dataset: the data stays, no longer a link into the cache; then git may see it, then the record goes. Whoever dies in
 * between leaves it tracked, and doing it again completes it.
 * @throws AppError UNAVAILABLE when the data is a link to a damaged object
 */
export async function untrack(context: Context, dataset: Recorded): Promise<void> {
  const { repo, gitTop } = context;
  await unlinkFromCache(context, dataset);
  if (gitTop !== null && !repo.config.noScm) unignoreInGit(join(repo.root, dataset.path));
  removeRecord(repo.root, dataset);
}

/** Takes a dataset out of its `.dvc` file, and the file away when nothing is left in it. */
export function removeRecord(root: string, { dvcPath, file, index }: Recorded): void {
  const path = join(root, dvcPath);
  if (file.outs.length === 1) rmSync(path, { force: true });
  else writeFileAtomic(path, withoutOut(file, index));
}

/** Replaces what are links into the cache by copies: who writes to them would change the cache, and a collected object would be gone. */
async function unlinkFromCache(context: Context, { path, out }: Recorded): Promise<void> {
  const { repo, pool, stop } = context;
  const { cacheFolder } = repo.config;
  if (out.hash === null) return;
  const full = join(repo.root, path);
  const items = (filesOf(cacheFolder, out.hash, out.legacy) ?? []).flatMap(({ relpath, md5 }) => {
    const name = join(full, relpath);
    const object = objectPath(cacheFolder, md5, out.legacy);
    return isLinkTo(name, object) ? [{ path: name, hash: md5 }] : [];
  });
  if (items.length === 0) return;
  const temporary = workspaceTemporary(repo, path);
  const damaged: string[] = [];
  await pool.inPortions(
    'materialise',
    portionsOf(items.length, () => 0),
    ([from, to]) => ({
      items: items.slice(from, to),
      cacheFolder,
      legacy: out.legacy,
      link: 'copy',
      mode: out.isexec ? 0o755 : 0o644,
      temporary,
    }),
    stop,
    (output) => damaged.push(...output.damaged),
  );
  if (damaged.length > 0)
    throw new AppError(
      'UNAVAILABLE',
      `${damaged.length} of the files of ${path} are links to damaged objects. Run "assay data verify ${path}", then try again; it is still tracked.`,
    );
}

function isLinkTo(name: string, object: string): boolean {
  const there = lstatSync(name, { throwIfNoEntry: false });
  if (!there) return false;
  const kept = statSync(object, { throwIfNoEntry: false });
  if (!kept) return false;
  if (there.isSymbolicLink()) return statSync(name, { throwIfNoEntry: false })?.ino === kept.ino;
  return there.ino === kept.ino && there.dev === kept.dev;
}
