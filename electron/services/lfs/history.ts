import { AppError } from '../../../shared/errors.ts';
import type { HistoryEntry } from '../datasets/history.ts';
import type { LfsContext, LfsItem } from './context.ts';
import { projectPath } from './context.ts';
import { type Pointer, parsePointer } from './pointer.ts';
import { findObject } from './store.ts';

/** The commits that changed a path, newest first; hash and size null where it was removed or held no pointer. */
export async function historyOf(context: LfsContext, item: LfsItem): Promise<HistoryEntry[]> {
  const versions = await context.git.fileHistory(context.root, projectPath(context, item.path)!);
  return versions.map(({ commit, author, at, message, text }) => {
    const pointer = text === null ? null : parsePointer(text);
    return {
      commit,
      author,
      at,
      message: message.trim(),
      hash: pointer?.oid ?? null,
      size: pointer?.size ?? null,
      nfiles: null,
      desc: null,
      inCache: pointer !== null && (pointer.size === 0 || findObject(context.store, pointer) !== null),
    };
  });
}

/**
 * The pointer that a path had in another version.
 * @param version a commit, branch or tag, or the beginning of a hash that the history shows
 * @throws AppError NOT_FOUND, CONFLICT when the version that is recorded now is in no commit and would be forgotten
 */
export async function pointerAt(context: LfsContext, item: LfsItem, version: string, force: boolean): Promise<Pointer> {
  const { git, root } = context;
  const path = projectPath(context, item.path)!;
  const history = await git.fileHistory(root, path);
  const pointers = history.map((one) => (one.text === null ? null : parsePointer(one.text)));
  if (item.pointer && !force && !pointers.some((one) => one?.oid === item.pointer!.oid))
    throw new AppError(
      'CONFLICT',
      `The version of ${path} that is recorded now is in no commit. Commit it first, or give it up with --force.`,
    );
  const commit = await git.resolveRef(root, version);
  const text = commit && (await git.fileAt(root, commit, path));
  const byHash = /^[0-9a-f]{4,64}$/.test(version) ? pointers.find((one) => one?.oid.startsWith(version)) : null;
  const pointer = (text === null ? null : parsePointer(text)) ?? byHash ?? null;
  if (!pointer)
    throw new AppError(
      'NOT_FOUND',
      `No version "${version}" of ${path} in Git LFS. "assay data log ${path}" shows its versions.`,
    );
  return pointer;
}
