import type { GcKeep } from '../../../shared/contract/datasets.ts';
import { AppError } from '../../../shared/errors.ts';
import { type Context, repoOf, type Work } from './context.ts';
import { type Plan, planGc } from './gc-plan.ts';
import { lockRepo } from './lock.ts';
import { listTrash, type Trash } from './trash.ts';

/** What collecting needs to know beyond the repository. */
export type Surroundings = {
  /** versions that runs of the project have read */
  readonly hashesOfRuns: ReadonlySet<string>;
  /** folders of all projects that this machine's Assay knows */
  readonly projects: readonly string[];
};

export type Collected = { readonly plan: Plan; readonly trash: string | null };

const rootsOf = (projects: readonly string[]): string[] => projects.flatMap((root) => safeRepo(root)?.root ?? []);

function safeRepo(root: string) {
  try {
    return repoOf(root);
  } catch {
    return null;
  }
}

export const planCollection = (context: Context, keep: GcKeep, around: Surroundings): Promise<Plan> =>
  planGc(context, keep, around.hashesOfRuns, rootsOf(around.projects));

/**
 * Moves what nobody needs to the trash, with the locks of all repositories that share the cache: none of them adds meanwhile what is
 * about to go. The caller has this repository's lock.
 */
export async function collect(context: Context, keep: GcKeep, around: Surroundings, work: Work): Promise<Collected> {
  const { repo, pool, stop } = context;
  const now = Date.now();
  await pool.ask('emptyTrash', { repo, id: null, now }, stop);
  const first = await planCollection(context, keep, around);
  const releases: (() => void)[] = [];
  try {
    for (const root of [...first.others].sort()) {
      const other = safeRepo(root);
      if (!other) throw new AppError('UNAVAILABLE', `${root}, which uses this cache, was just removed. Try again.`);
      releases.push(await lockRepo(other, work));
    }
    const plan = first.others.length === 0 ? first : await planCollection(context, keep, around);
    return { plan, trash: await pool.ask('moveToTrash', { repo, garbage: plan.garbage, now }, stop) };
  } finally {
    for (const release of releases) release();
  }
}

/** The trash to restore without naming one: the newest. @throws AppError NOT_FOUND */
export function newestTrash(context: Context): Trash {
  const newest = listTrash(context.repo)[0];
  if (!newest)
    throw new AppError('NOT_FOUND', 'There is nothing to restore: no garbage was collected in the last 14 days.');
  return newest;
}
