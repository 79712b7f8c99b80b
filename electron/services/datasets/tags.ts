import type { Tag } from '../git/tags.ts';
import { artifactName, concerns } from './artifact-name.ts';
import type { Context } from './context.ts';
import { namesOf } from './former-names.ts';
import { recordAt } from './history.ts';
import type { Dataset } from './repo-files.ts';

const MOST_TAGS = 300;

export type VersionTag = { readonly name: string; readonly commit: string; readonly hash: string | null };

/** The tags that say something about a dataset, each with the version that its commit records. */
export async function tagsOf(context: Context, dataset: Dataset, all?: readonly Tag[]): Promise<VersionTag[]> {
  const { repo, git, gitTop } = context;
  if (gitTop === null || repo.config.noScm) return [];
  const tagged = all ?? (await git.tags(repo.root));
  if (tagged.length === 0) return [];
  const names = await namesOf(context, dataset);
  const artifacts = new Set(names.map((name) => artifactName(name.path)));
  const own = tagged
    .filter(({ name }) => [...artifacts].some((artifact) => concerns(name, artifact)))
    .slice(-MOST_TAGS);
  const hashes = new Map<string, string | null>();
  const tags: VersionTag[] = [];
  for (const { name, commit } of own) {
    if (!hashes.has(commit)) hashes.set(commit, (await recordAt(context, dataset, commit, names))?.out.hash ?? null);
    const hash = hashes.get(commit) ?? null;
    if (hash !== null) tags.push({ name, commit, hash });
  }
  return tags;
}

/** The tags of the versions that are recorded now, by the dataset's path. */
export async function tagsByDataset(context: Context, all: readonly Dataset[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const tags = await context.git.tags(context.repo.root);
  for (const dataset of all) {
    const names = (await tagsOf(context, dataset, tags))
      .filter((tag) => tag.hash === dataset.out.hash)
      .map((tag) => tag.name);
    if (names.length > 0) found.set(dataset.path, names);
  }
  return found;
}
