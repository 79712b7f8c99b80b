import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GcKeep } from '../../../shared/contract/datasets.ts';
import { messageOf } from '../../../shared/errors.ts';
import type { GitService } from '../git/service.ts';
import type { Repo } from './config.ts';
import { readManifest } from './manifest.ts';
import { objectPath } from './objects.ts';
import { listDatasets, recordsOf } from './repo-files.ts';

/** Versions that somebody needs, and where a version that nobody needs was used last. */
export type Used = {
  /** hash, and whether DVC 2 wrote it */
  readonly keep: Set<string>;
  /** of every version that any commit records: the path and the newest such commit */
  readonly last: Map<string, { path: string; commit: string; at: number }>;
  /** sentences about records that could not be read: with any, nothing may go that no other record explains */
  readonly unreadable: string[];
};

const RECORDS = String.raw`(\.dvc|(^|/)dvc\.lock)$`;

/** What a repository's working copy, and the commits that are to be kept, record. Files of folders are not unfolded yet. */
export async function usedBy(repo: Repo, git: GitService, gitTop: string | null, keep: GcKeep): Promise<Used> {
  const used: Used = { keep: new Set(), last: new Map(), unreadable: [] };
  try {
    for (const { out } of listDatasets(repo)) if (out.hash !== null) used.keep.add(out.hash);
  } catch (error) {
    used.unreadable.push(messageOf(error));
  }
  if (gitTop === null || repo.config.noScm) return used;
  const known = await git.knownCommits(repo.root);
  const wanted = new Set([
    ...known.heads.slice(0, 1),
    ...(keep.branches ? known.heads : []),
    ...(keep.tags ? known.tags.map((tag) => tag.commit) : []),
    ...(keep.commits ? known.commits : []),
  ]);
  for (const commit of known.unreadable) used.unreadable.push(`The commit ${commit.slice(0, 8)} cannot be read.`);
  // a record counts for the first commit that is asked for, so those to keep come first
  const kept = await git.committedFiles(repo.root, [...wanted], RECORDS);
  const rest = await git.committedFiles(
    repo.root,
    known.commits.filter((commit) => !wanted.has(commit)),
    RECORDS,
  );
  for (const { commit, why } of [...kept.unreadable, ...rest.unreadable])
    used.unreadable.push(`The commit ${commit.slice(0, 8)} cannot be read as a whole (${why}).`);
  for (const [found, isKept] of [
    [kept, true],
    [rest, false],
  ] as const)
    for (const { path, text, commit, at } of found.files)
      for (const one of hashesIn(repo, path, text)) {
        if (isKept) used.keep.add(one.hash);
        const before = used.last.get(one.hash);
        if (!before || before.at < at) used.last.set(one.hash, { path: one.path, commit, at });
      }
  return used;
}

/** What a record names. One that cannot be read, perhaps with marks of a merge in it, still keeps every hash that stands in it. */
function hashesIn(repo: Repo, path: string, text: string): { hash: string; path: string }[] {
  try {
    return recordsOf(repo, path, text, null).flatMap(({ out, path: data }) =>
      out.hash === null ? [] : [{ hash: out.hash, path: data }],
    );
  } catch {
    return [...text.matchAll(/\b[0-9a-f]{32}(?:\.dir)?/g)].map(([hash]) => ({
      hash,
      path: path.replace(/\.dvc$/, ''),
    }));
  }
}

/**
 * Adds the files of every folder that is kept. A list of files that is damaged, or was set aside as damaged, is a record that cannot be read.
 */
export function unfold(repo: Repo, used: Used): void {
  for (const hash of [...used.keep]) {
    if (!hash.endsWith('.dir')) continue;
    const read = filesIn(repo, hash);
    if (read === 'damaged') used.unreadable.push(`The list of files ${hash} is damaged, and was not to be lost.`);
    else for (const md5 of read) used.keep.add(md5);
  }
}

/** The files of a folder's version; empty when the cache does not have its list. */
export function filesIn(repo: Repo, hash: string): string[] | 'damaged' {
  const { cacheFolder } = repo.config;
  let there = false;
  for (const legacy of [false, true]) {
    const path = objectPath(cacheFolder, hash, legacy);
    if (!existsSync(path)) continue;
    there = true;
    try {
      return readManifest(readFileSync(path), hash).map((entry) => entry.md5);
    } catch {
      // perhaps the other place has a sound one
    }
  }
  return there || existsSync(join(repo.root, '.dvc', 'tmp', 'damaged', hash)) ? 'damaged' : [];
}
