import { join } from 'node:path';
import type { GcKeep, GcPlan } from '../../../shared/contract/datasets.ts';
import type { CachedObject } from './cache-cost.ts';
import { cacheUsers } from './cache-users.ts';
import type { Context } from './context.ts';
import { filesIn, type Used, unfold, usedBy } from './gc-used.ts';
import { findGitTop } from './repo-files.ts';

export type Plan = GcPlan & {
  readonly garbage: readonly CachedObject[];
  /** sentences about what could not be read; with any, nothing goes */
  readonly unreadable: readonly string[];
  /** roots of the other repositories that share this cache */
  readonly others: readonly string[];
};

const SHOWN = 1000;
const ALL: GcKeep = { branches: true, tags: true, commits: true, runs: true };

/**
 * What of the cache nobody needs, and why. The working copy's and HEAD's versions are always kept, and everything that other repositories
 * with this cache record. A record that cannot be read keeps what it names as far as that can be told; when it cannot, nothing goes.
 * @param hashesOfRuns versions that runs read
 * @param known roots of other repositories on this machine
 */
export async function planGc(
  context: Context,
  keep: GcKeep,
  hashesOfRuns: ReadonlySet<string>,
  known: readonly string[],
): Promise<Plan> {
  const { repo, git, gitTop, pool, stop } = context;
  const used = await usedBy(repo, git, gitTop, keep);
  if (keep.runs) for (const hash of hashesOfRuns) used.keep.add(hash);
  const users = cacheUsers(repo, known);
  for (const user of users) {
    if (user.repo === null) {
      used.unreadable.push(
        `${user.root} uses this cache and cannot be read. Bring its disk back; if it is gone for good, remove its file in ${join(repo.config.cacheFolder, 'assay-users')}.`,
      );
      continue;
    }
    const theirs = await usedBy(user.repo, git, findGitTop(user.repo.root), ALL);
    for (const hash of theirs.keep) used.keep.add(hash);
    used.unreadable.push(...theirs.unreadable.map((why) => `${user.root}: ${why}`));
  }
  unfold(repo, used);
  const kept = { objects: 0, bytes: 0 };
  const garbage: CachedObject[] = [];
  for (const object of await pool.ask('objects', { folder: repo.config.cacheFolder }, stop)) {
    if (used.keep.has(object.hash) || used.unreadable.length > 0) {
      kept.objects++;
      kept.bytes += object.bytes;
    } else garbage.push(object);
  }
  return {
    objects: garbage.length,
    bytes: garbage.reduce((sum, one) => sum + one.bytes, 0),
    entries: explain(context, garbage, used).slice(0, SHOWN),
    kept,
    sharedWith: users.map((user) => user.root),
    garbage,
    unreadable: used.unreadable,
    others: users.flatMap((user) => (user.repo ? [user.root] : [])),
  };
}

/** Largest first; the files of a folder's version that nobody else needs count for it. */
function explain({ repo }: Context, garbage: readonly CachedObject[], { last }: Used): GcPlan['entries'] {
  const left = new Map(garbage.map((one) => [one.hash, one]));
  const entries: GcPlan['entries'] = [];
  const tell = (hash: string, bytes: number, files: number | null): void => {
    const use = last.get(hash);
    const what = files === null ? '' : `A folder's version with ${files} files that only it has. `;
    entries.push({
      hash,
      bytes,
      why:
        what + (use ? 'Only commits that are not to be kept record it.' : 'No commit, tag, branch or run records it.'),
      last: use
        ? `${use.path}, commit ${use.commit.slice(0, 8)} of ${new Date(use.at).toISOString().slice(0, 10)}`
        : null,
    });
  };
  for (const { hash, bytes } of garbage.filter((one) => one.hash.endsWith('.dir'))) {
    const files = filesIn(repo, hash);
    let [sum, count] = [bytes, 0];
    for (const md5 of files === 'damaged' ? [] : new Set(files)) {
      const file = left.get(md5);
      if (!file) continue;
      left.delete(md5);
      sum += file.bytes;
      count++;
    }
    left.delete(hash);
    tell(hash, sum, count);
  }
  for (const { hash, bytes } of left.values()) tell(hash, bytes, null);
  return entries.sort((a, b) => b.bytes - a.bytes);
}
