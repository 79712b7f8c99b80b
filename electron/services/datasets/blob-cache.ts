import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { GitService } from '../git/service.ts';
import { parsePointer } from '../lfs/pointer.ts';
import { assayFolder } from '../projects/layout.ts';
import { lfsFile, lfsStore } from './lfs-place.ts';
import { findGitTop } from './repo-files.ts';

/** A blob as a file; for a pointer of Git LFS what it stands for, `file` null when this machine does not have that. */
export type BlobFile = { readonly file: string | null; readonly size: number; readonly sha256: string | null };

const PORTION = 500;
const MOST_BYTES = 2_000_000_000;
const DAY_MS = 86_400_000;
const MONTH_MS = 30 * DAY_MS;
const pruned = new Set<string>();

/**
 * What git holds, as files in `.assay/cache/blobs`, which can be deleted at any time: at most 2 GB and what was used in the last month stay
 * there when Assay begins anew.
 */
export async function blobFiles(
  { root, git }: { root: string; git: GitService },
  oids: readonly string[],
  check: () => void,
): Promise<BlobFile[]> {
  const folder = join(assayFolder(root), 'cache', 'blobs');
  if (!pruned.has(folder)) {
    pruned.add(folder);
    prune(folder, Date.now());
  }
  const top = findGitTop(root);
  const store = top === null ? null : lfsStore(top);
  const files: BlobFile[] = [];
  for (let from = 0; from < oids.length; from += PORTION) {
    check();
    const blobs = oids
      .slice(from, from + PORTION)
      .map((oid) => ({ oid, to: join(folder, oid.slice(0, 2), oid.slice(2)) }));
    const laidOut = await git.layOutBlobs(root, blobs);
    for (const [i, { size, pointer: text }] of laidOut.entries()) {
      const { to } = blobs[i]!;
      const pointer = text === null ? null : parsePointer(text);
      if (text === null) {
        touch(to);
        files.push({ file: to, size, sha256: null });
      } else if (pointer && store)
        files.push({ file: lfsFile(store, pointer), size: pointer.size, sha256: pointer.oid });
      // it only begins like a pointer
      else files.push({ file: await written(git, root, blobs[i]!), size, sha256: null });
    }
  }
  return files;
}

async function written(git: GitService, root: string, blob: { oid: string; to: string }): Promise<string> {
  await git.layOutBlobs(root, [blob], true);
  return blob.to;
}

/** Once a day is enough for `prune`: whoever tells files by their times sees the same one meanwhile. */
function touch(path: string): void {
  try {
    const now = new Date();
    if (now.getTime() - statSync(path).mtimeMs > DAY_MS) utimesSync(path, now, now);
  } catch {
    // then it goes earlier
  }
}

/** Takes away what was not used for a month, and the rest of what is more than 2 GB, longest unused first. */
export function prune(folder: string, now: number): void {
  const files: { path: string; at: number; size: number }[] = [];
  try {
    for (const shard of readdirSync(folder))
      for (const name of readdirSync(join(folder, shard))) {
        const path = join(folder, shard, name);
        const { mtimeMs, size } = statSync(path);
        files.push({ path, at: mtimeMs, size });
      }
  } catch {
    // none yet, or another process prunes
  }
  let total = 0;
  for (const { path, at, size } of files.sort((a, b) => b.at - a.at)) {
    total += size;
    if (total > MOST_BYTES || now - at > MONTH_MS) rmSync(path, { force: true });
  }
}
