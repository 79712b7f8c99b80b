import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { writeFileAtomic } from '../../platform/files.ts';
import type { Context } from './context.ts';
import { withPath } from './dvc-file.ts';
import { noteRename } from './former-names.ts';
import { ignoreInGit, unignoreInGit } from './git-ignore.ts';
import { memoryFile } from './memory.ts';
import { checkInside, datasetsOf, isGitIgnored, listDatasets, type Recorded } from './repo-files.ts';
import { removeRecord } from './untrack.ts';

/**
 * Gives a dataset another path: first the new place is hidden from git and recorded, then the data moves, then the old record goes.
 * Whoever dies in between leaves both records and the data in one of the two places; doing it again completes it.
 * @param to from the repository's root, with `/`
 * @throws AppError CONFLICT when something is in the new place
 */
export async function renameDataset(context: Context, dataset: Recorded, to: string): Promise<void> {
  const { repo, gitTop, git } = context;
  const { path: from, file, out } = dataset;
  checkInside(repo.root, to, `${to} is to be the new name`);
  if (to === from) return;
  const plain = file.outs.length === 1 && !file.hasSource && file.wdir === '.' && !out.path.includes('/');
  if (!plain)
    throw new AppError(
      'BAD_REQUEST',
      `${dataset.dvcPath} holds more than this one dataset, or says where it was imported from. Use "dvc move ${from} ${to}".`,
    );
  if (to.startsWith(`${from}/`) || from.startsWith(`${to}/`))
    throw new AppError('BAD_REQUEST', `${to} and ${from} lie in each other. Choose another name.`);
  const [oldFull, newFull] = [join(repo.root, from), join(repo.root, to)];
  const record = `${to}.dvc`;
  const begun = isBegun(context, record, to, dataset);
  const moved = begun && lstatSync(newFull, { throwIfNoEntry: false }) !== undefined;
  if (!begun && existsSync(join(repo.root, record)))
    throw new AppError('CONFLICT', `${to} is versioned already (${record}). Choose another name.`);
  if (!begun) refuseOverlap(context, from, to);
  if (!moved && lstatSync(newFull, { throwIfNoEntry: false }))
    throw new AppError('CONFLICT', `There is something at ${to} already. Move it elsewhere, or choose another name.`);
  if (moved && lstatSync(oldFull, { throwIfNoEntry: false }))
    throw new AppError('CONFLICT', `There is something at both ${from} and ${to}. Move one of them elsewhere.`);
  const inGit = gitTop !== null && !repo.config.noScm ? gitTop : null;
  if (inGit) {
    const tracked = await git.trackedFiles(repo.root, to);
    if (tracked.length > 0) throw new AppError('CONFLICT', `git tracks ${tracked[0]}. Choose another name.`);
    if (isGitIgnored(inGit, join(repo.root, record), false))
      throw new AppError('BAD_REQUEST', `git ignores ${record}, which is to be committed. Choose another name.`);
  }

  const isFolder = out.hash?.endsWith('.dir') ?? lstatSync(oldFull, { throwIfNoEntry: false })?.isDirectory() ?? false;
  mkdirSync(dirname(newFull), { recursive: true });
  if (inGit) ignoreInGit(inGit, newFull, isFolder);
  if (!begun) writeFileAtomic(join(repo.root, record), withPath(file, dataset.index, basename(to)));
  noteRename(context, from, to);
  moveIfThere(oldFull, newFull);
  for (const legacy of [false, true]) {
    const memory = (path: string): string => memoryFile(context.project, `${repo.root}\0${path}`, legacy);
    if (existsSync(memory(from))) renameSync(memory(from), memory(to));
  }
  if (inGit) unignoreInGit(oldFull);
  removeRecord(repo.root, dataset);
}

/** Whether the new record is there from an attempt that was cut off. */
function isBegun({ repo }: Context, record: string, to: string, { out }: Recorded): boolean {
  try {
    const there = datasetsOf(repo, record, readFileSync(join(repo.root, record), 'utf8'));
    return there.length === 1 && there[0]!.path === to && there[0]!.out.hash === out.hash;
  } catch {
    return false;
  }
}

function refuseOverlap({ repo }: Context, from: string, to: string): void {
  const other = listDatasets(repo).find(
    ({ path }) => path !== from && (path === to || path.startsWith(`${to}/`) || to.startsWith(`${path}/`)),
  );
  if (other)
    throw new AppError(
      'CONFLICT',
      `${other.path} is versioned, and one dataset cannot lie in another. Choose another name.`,
    );
}

function moveIfThere(from: string, to: string): void {
  if (!lstatSync(from, { throwIfNoEntry: false })) return;
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    throw new AppError(
      'UNAVAILABLE',
      `${to} is on another disk than ${from}. Add the data there as a new dataset, and stop tracking the old one.`,
    );
  }
}
