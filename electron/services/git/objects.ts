import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import * as git from 'isomorphic-git';
import { writeFileAtomic } from '../../platform/files.ts';
import { findRepository, objectArgs } from './repository.ts';

export type CommitInfo = {
  readonly id: string;
  /** ms since 1970 */
  readonly at: number;
  readonly author: string;
  readonly message: string;
};

/** What a commit has at a path: a file, or all files below it by their path below it. Links and submodules are left out. */
export type Tracked =
  | { readonly kind: 'file'; readonly oid: string }
  | { readonly kind: 'folder'; readonly files: readonly { readonly path: string; readonly oid: string }[] };

/** A commit's author, time and message; null when there is none of that id. */
export async function commitInfo(folder: string, commit: string, cache: object): Promise<CommitInfo | null> {
  const repository = findRepository(realpathSync(folder));
  if (!repository) return null;
  try {
    const { oid, commit: read } = await git.readCommit({ ...objectArgs(repository), cache, oid: commit });
    return { id: oid, at: read.author.timestamp * 1000, author: read.author.name, message: read.message.trim() };
  } catch (error) {
    // the id of something else, perhaps
    if (error instanceof git.Errors.NotFoundError || error instanceof git.Errors.ObjectTypeError) return null;
    throw error;
  }
}

/** @param path from the folder, with `/`; null when the commit has nothing there */
export async function trackedAt(folder: string, commit: string, path: string, cache: object): Promise<Tracked | null> {
  const real = realpathSync(folder);
  const repository = findRepository(real);
  if (!repository) return null;
  const args = { ...objectArgs(repository), cache };
  const parts = relative(repository.top, join(real, path))
    .split(sep)
    .filter((part) => part !== '');
  let { tree } = await git.readTree({ ...args, oid: commit });
  for (const [depth, part] of parts.entries()) {
    const entry = tree.find((one) => one.path === part);
    const last = depth === parts.length - 1;
    if (!entry || entry.mode === '120000') return null;
    if (entry.type === 'blob') return last ? { kind: 'file', oid: entry.oid } : null;
    if (entry.type !== 'tree') return null;
    ({ tree } = await git.readTree({ ...args, oid: entry.oid }));
  }
  const files: { path: string; oid: string }[] = [];
  const walk = async (entries: typeof tree, below: string): Promise<void> => {
    for (const entry of entries) {
      if (entry.type === 'tree')
        await walk((await git.readTree({ ...args, oid: entry.oid })).tree, `${below}${entry.path}/`);
      else if (entry.type === 'blob' && entry.mode !== '120000')
        files.push({ path: below + entry.path, oid: entry.oid });
    }
  };
  await walk(tree, '');
  return { kind: 'folder', files };
}

/** A blob laid out: its size in bytes, and its text when that may be a pointer of Git LFS, which is then not written. */
export type LaidOut = { readonly size: number; readonly pointer: string | null };

const MAX_POINTER_BYTES = 1024;

/** Writes blobs to files, unless they are there. @param always also what may be a pointer */
export async function layOutBlobs(
  folder: string,
  blobs: readonly { readonly oid: string; readonly to: string }[],
  always: boolean,
  cache: object,
): Promise<LaidOut[]> {
  const repository = findRepository(realpathSync(folder));
  if (!repository) throw new Error('the repository is gone');
  const laidOut: LaidOut[] = [];
  for (const { oid, to } of blobs) {
    const there = statSync(to, { throwIfNoEntry: false });
    if (there) {
      laidOut.push({ size: there.size, pointer: null });
      continue;
    }
    const { blob } = await git.readBlob({ ...objectArgs(repository), cache, oid });
    const text = blob.length < MAX_POINTER_BYTES ? Buffer.from(blob).toString() : '';
    const pointer = !always && /^\s*version /.test(text) ? text : null;
    laidOut.push({ size: blob.length, pointer });
    if (pointer !== null) continue;
    mkdirSync(dirname(to), { recursive: true });
    writeFileAtomic(to, blob, 0o444);
  }
  return laidOut;
}
