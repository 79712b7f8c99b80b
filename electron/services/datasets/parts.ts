import { relative, sep } from 'node:path';
import type { Repo } from './config.ts';
import { chooseDatasets, type Dataset, listDatasets } from './repo-files.ts';

/** A dataset, or what lies at or below some paths of its folder. */
export type Part = { readonly dataset: Dataset; readonly below: readonly string[] | null };

/**
 * The datasets that a person's paths mean, and parts of them where a path leads into a versioned folder.
 * @throws AppError NOT_FOUND
 */
export function chooseParts(repo: Repo, paths: readonly string[]): Part[] {
  if (paths.length === 0) return chooseDatasets(repo, paths).map((dataset) => ({ dataset, below: null }));
  const chosen = new Map<string, { dataset: Dataset; below: string[] | null }>();
  const all = listDatasets(repo);
  for (const given of paths) {
    const path = relative(repo.root, given).split(sep).join('/');
    const around = all.find((one) => path.startsWith(`${one.path}/`) && one.out.hash?.endsWith('.dir'));
    if (around) {
      const known = chosen.get(around.path);
      if (!known) chosen.set(around.path, { dataset: around, below: [path.slice(around.path.length + 1)] });
      else known.below?.push(path.slice(around.path.length + 1));
    } else for (const dataset of chooseDatasets(repo, [given])) chosen.set(dataset.path, { dataset, below: null });
  }
  return [...chosen.values()];
}

/** Whether a file of the folder belongs to a part. */
export const isWithin = ({ below }: Pick<Part, 'below'>, relpath: string): boolean =>
  below === null || below.some((path) => relpath === path || relpath.startsWith(`${path}/`));
