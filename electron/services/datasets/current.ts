import { statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Context } from './context.ts';
import { readData } from './read-data.ts';
import { listDatasets } from './repo-files.ts';

/** What a path holds at this moment, as a run's record names it. */
export type CurrentVersion = {
  /** from the project's folder, with `/` */
  readonly path: string;
  /** `md5:` and 32 hex digits, with `.dir` for a folder; null when it was not read: a folder that nobody versions, or too much to read */
  readonly hash: string | null;
  /** bytes; null for a folder that was not read */
  readonly size: number | null;
};

/**
 * What files and folders hold now; null for those that are not there. Of versioned data only what changed since it was last read is read.
 * @param paths from the project's folder, already known to be inside it
 */
export async function currentVersions(context: Context, paths: readonly string[]): Promise<(CurrentVersion | null)[]> {
  const { repo, project } = context;
  const versioned = listDatasets(repo).map((one) => one.path);
  const found: (CurrentVersion | null)[] = [];
  for (const path of paths) {
    const full = join(project, path);
    const stat = statSync(full, { throwIfNoEntry: false });
    const inRepo = relative(repo.root, full).split(sep).join('/');
    const known = versioned.some((one) => inRepo === one || inRepo.startsWith(`${one}/`));
    if (!stat) found.push(null);
    else if (stat.isDirectory() && !known) found.push({ path, hash: null, size: null });
    else {
      const present = await readData(context, inRepo, false, false);
      found.push(present && { path, hash: `md5:${present.hash}`, size: present.size });
    }
  }
  return found;
}
