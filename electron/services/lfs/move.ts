import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { checkInside } from '../datasets/repo-files.ts';
import type { Staging } from '../git/lfs.ts';
import { notHere } from './checkout.ts';
import { type LfsContext, type LfsItem, notAPointer, pointerIn, projectPath, topPath } from './context.ts';
import { type HashMemory, hashesOf } from './status.ts';
import { patternForFile, trackPatterns, untrackPattern } from './track.ts';

/**
 * Gives a file another path, in the working copy and in git's index; a line of `.gitattributes` that meant only this file moves along. Doing
 * it again completes what was killed.
 * @param full where to
 * @throws AppError CONFLICT when something is there, BAD_REQUEST for a place outside of the project
 */
export async function renameItem(context: LfsContext, item: LfsItem, full: string, memory: HashMemory): Promise<void> {
  const { repository, root, git } = context;
  if (item.text === null) throw notAPointer(item.path);
  const to = topPath(context, full);
  const own = to === null ? null : projectPath(context, to);
  if (to === null || own === null)
    throw new AppError('BAD_REQUEST', `${full} is outside of the project. Choose a place in it.`);
  checkInside(repository.top, to, `${own} is to be the new path`);
  const from = join(repository.top, item.path);
  const target = join(repository.top, to);
  const isThere = existsSync(target);
  const isMoved =
    isThere && !existsSync(from) && (await hashesOf(context, [target], memory)).get(target)?.hash === item.pointer?.oid;
  if ((isThere && !isMoved) || context.items.some((one) => one.path === to))
    throw new AppError(
      'CONFLICT',
      `There is something at ${own} already. Choose another path, or move that away first.`,
    );
  const before = projectPath(context, item.path)!;
  const isOwnLine = untrackPattern(root, patternForFile(before), false) !== null;
  if (!(await git.lfsTracked(root, [to])).includes(to) || isOwnLine) trackPatterns(root, [patternForFile(own)]);
  if (!isMoved && existsSync(from)) {
    mkdirSync(dirname(target), { recursive: true });
    renameSync(from, target);
  }
  untrackPattern(root, patternForFile(before), true);
  const stat = lstatSync(target, { throwIfNoEntry: false });
  const unread = item.fresh && stat ? ([stat.ino, stat.mtimeMs, stat.ctimeMs, stat.size] as const) : null;
  await git.stageTexts(root, [
    { path: item.path, text: null, mode: 0, stamp: null },
    { path: to, text: item.text, mode: item.executable ? 0o100755 : 0o100644, stamp: unread },
    ...attributesOf(context),
  ]);
}

/**
 * Takes a file out of git's index, and its own line out of `.gitattributes`; the file stays where it is.
 * @throws AppError NOT_FOUND when only its pointer is here
 */
export async function untrackItem(context: LfsContext, item: LfsItem): Promise<void> {
  const { repository, root, git } = context;
  if (pointerIn(join(repository.top, item.path))) throw notHere(item.path);
  untrackPattern(root, patternForFile(projectPath(context, item.path)!), true);
  await git.stageTexts(root, [{ path: item.path, text: null, mode: 0, stamp: null }, ...attributesOf(context)]);
}

function attributesOf(context: LfsContext): Staging[] {
  const path = join(context.root, '.gitattributes');
  if (!existsSync(path)) return [];
  const name = topPath(context, join(context.named, '.gitattributes'))!;
  return [{ path: name, text: readFileSync(path, 'utf8'), mode: 0o100644, stamp: null }];
}
