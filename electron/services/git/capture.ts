import { existsSync, lstatSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as git from 'isomorphic-git';
import type { GitState } from '../../../shared/contract/projects.ts';
import { filePatch, isBinary, type Side } from './patch.ts';
import { findRepository, type Head, objectArgs, type Repository, readHead, readRemote } from './repository.ts';
import { blobId, type Change, LINK, scan, TooSlow } from './scan.ts';
import { listTree, type TreeFile, type TreeFiles } from './tree.ts';

export type CaptureLimits = {
  readonly maxUntrackedFileBytes: number;
  readonly maxPatchBytes: number;
  readonly timeoutMs: number;
};

/** The code of a run. `patch` brings a clean checkout of `commit` to what was there; null when nothing differs or it took too long. */
export type Capture = {
  readonly commit: string | null;
  readonly branch: string | null;
  readonly remote: string | null;
  /** null when looking took too long */
  readonly dirty: boolean | null;
  readonly patch: Uint8Array | null;
  /** changed files that are not in the patch: binary, too large, unreadable */
  readonly skipped: readonly string[];
};

/** What the worker remembers between calls: isomorphic-git's cache, and the files of the last commit of each repository. */
export type Memory = { cache: object; readonly trees: Map<string, { commit: string | null; files: TreeFiles }> };

/** The state of the repository that a folder is in; null without one. Changed and new files count; ignored ones do not. */
export async function readState(root: string, timeoutMs: number, memory: Memory): Promise<GitState | null> {
  const repository = findRepository(realpathSync(root));
  if (!repository) return null;
  const head = await readHead(repository);
  const changes = await changesOf(repository, root, head, timeoutMs, memory);
  return {
    ...head,
    remote: await readRemote(repository, head.branch),
    dirty: changes && changes.length > 0,
    changedFiles: changes?.length ?? null,
    merging: existsSync(join(repository.gitFolder, 'MERGE_HEAD')),
  };
}

/** Takes down a folder's code: commit, and what differs from it. Files that are not tracked are looked for in the folder only. */
export async function capture(root: string, limits: CaptureLimits, memory: Memory): Promise<Capture | null> {
  const repository = findRepository(realpathSync(root));
  if (!repository) return null;
  const { branch, commit } = await readHead(repository);
  const remote = await readRemote(repository, branch);
  const changes = await changesOf(repository, root, { branch, commit, detached: false }, limits.timeoutMs, memory);
  if (!changes) return { commit, branch, remote, dirty: null, patch: null, skipped: [] };
  const parts: Buffer[] = [];
  const skipped: string[] = [];
  let room = limits.maxPatchBytes;
  for (const change of changes) {
    const part = await partOf(repository, change, limits, memory).catch(() => null);
    if (part && part.length <= room) {
      parts.push(part);
      room -= part.length;
    } else skipped.push(change.path);
  }
  const patch = parts.length > 0 ? Buffer.concat(parts) : null;
  return { commit, branch, remote, dirty: changes.length > 0, patch, skipped };
}

async function changesOf(
  repository: Repository,
  root: string,
  head: Head,
  timeoutMs: number,
  memory: Memory,
): Promise<Change[] | null> {
  const deadline = performance.now() + timeoutMs;
  let tree = memory.trees.get(repository.top);
  if (tree?.commit !== head.commit || !tree) {
    tree = { commit: head.commit, files: await listTree(repository, head.commit, memory.cache) };
    memory.trees.set(repository.top, tree);
  }
  const below = relative(repository.top, realpathSync(root)).replaceAll('\\', '/');
  try {
    return await scan({
      repository,
      head: tree.files,
      cache: memory.cache,
      untrackedBelow: below === '' ? '' : `${below}/`,
      deadline,
    });
  } catch (error) {
    if (error instanceof TooSlow) return null;
    throw error;
  }
}

/** One change as a piece of patch; null for what does not go into one. */
async function partOf(
  repository: Repository,
  change: Change,
  limits: CaptureLimits,
  memory: Memory,
): Promise<Buffer | null> {
  const { path, tracked, before, mode } = change;
  const limit = tracked ? limits.maxPatchBytes : limits.maxUntrackedFileBytes;
  const after = mode === null ? null : readSide(join(repository.top, path), mode, limit);
  if (after === 'too large') return null;
  const old = before && (await readBefore(repository, before, memory));
  const texts = [old, after].filter((side) => side !== null && side.mode !== LINK) as Side[];
  // of a binary file only its mode can be told
  if (texts.some((side) => isBinary(side.content)) && old?.oid !== after?.oid) return null;
  return filePatch(path, old, after);
}

function readSide(full: string, mode: number, limit: number): Side | 'too large' {
  if (mode !== LINK && lstatSync(full).size > limit) return 'too large';
  const content = mode === LINK ? readlinkSync(full, { encoding: 'buffer' }) : readFileSync(full);
  return { mode, content, oid: blobId(content) };
}

async function readBefore(repository: Repository, file: TreeFile, memory: Memory): Promise<Side> {
  const { blob } = await git.readBlob({ ...objectArgs(repository), cache: memory.cache, oid: file.oid });
  return { ...file, content: Buffer.from(blob) };
}
