import { AppError } from '../../../shared/errors.ts';
import { artifactName, concerns, versionTag } from '../datasets/artifact-name.ts';
import type { Tag } from '../git/tags.ts';
import { type LfsContext, type LfsItem, projectPath } from './context.ts';
import { parsePointer } from './pointer.ts';

const MOST_TAGS = 300;

/** The tags that say something about a file, each with the version that its commit records. */
export async function tagsOf(
  { git, root, ...context }: LfsContext,
  item: LfsItem,
  all?: readonly Tag[],
): Promise<{ name: string; commit: string; hash: string }[]> {
  const path = projectPath({ git, root, ...context }, item.path)!;
  const own = (all ?? (await git.tags(root)))
    .filter(({ name }) => concerns(name, artifactName(path)))
    .slice(-MOST_TAGS);
  const found = [];
  for (const { name, commit } of own) {
    const text = await git.fileAt(root, commit, path);
    const pointer = text === null ? null : parsePointer(text);
    if (pointer) found.push({ name, commit, hash: pointer.oid });
  }
  return found;
}

/** Registers a version: `name@v1.2.0` as an annotated tag of its commit. @throws AppError NOT_FOUND, CONFLICT */
export async function tagVersion(
  context: LfsContext,
  item: LfsItem,
  { commit: given, version }: { commit: string; version: string },
): Promise<string> {
  const { git, root } = context;
  const path = projectPath(context, item.path)!;
  const tag = versionTag(artifactName(path), version);
  const commit = await git.resolveRef(root, given);
  const text = commit === null ? null : await git.fileAt(root, commit, path);
  const pointer = text === null ? null : parsePointer(text);
  if (commit === null || !pointer)
    throw new AppError(
      'NOT_FOUND',
      `The commit ${given} has no version of ${path}. "assay data log ${path}" shows those that have.`,
    );
  await git.createTag(root, tag, commit, `${path}: sha256:${pointer.oid}`);
  return tag;
}
