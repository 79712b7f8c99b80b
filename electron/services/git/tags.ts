import { realpathSync } from 'node:fs';
import * as git from 'isomorphic-git';
import { AppError } from '../../../shared/errors.ts';
import { atomicFs } from './atomic-fs.ts';
import { readIdentity } from './identity.ts';
import { findRepository, objectArgs, type Repository } from './repository.ts';

/** A tag and the commit that it means in the end. */
export type Tag = { readonly name: string; readonly commit: string };

/** The tags of a repository; empty without one. Those that lead to no commit are left out. */
export async function listTags(folder: string, cache: object): Promise<Tag[]> {
  const repository = findRepository(realpathSync(folder));
  if (!repository) return [];
  const args = { ...objectArgs(repository), cache };
  const tags: Tag[] = [];
  for (const name of await git.listTags(args)) {
    try {
      tags.push({ name, commit: (await git.readCommit({ ...args, oid: await oidOf(repository, name) })).oid });
    } catch {
      // of a tree or a file, or of something that a shallow clone lacks
    }
  }
  return tags;
}

const oidOf = (repository: Repository, name: string): Promise<string> =>
  git.resolveRef({ ...objectArgs(repository), ref: `refs/tags/${name}` });

/**
 * Makes an annotated tag of a commit.
 * @throws AppError CONFLICT when another commit has that name already, NOT_FOUND without such a commit
 */
export async function createTag(
  folder: string,
  name: string,
  commit: string,
  message: string,
  cache: object,
): Promise<void> {
  const repository = findRepository(realpathSync(folder));
  if (!repository) throw new AppError('NOT_FOUND', 'This project is in no git repository.');
  const args = { ...objectArgs(repository), cache };
  const there = (await listTags(folder, cache)).find((tag) => tag.name === name);
  if (there?.commit === commit) return;
  if (there)
    throw new AppError(
      'CONFLICT',
      `The tag ${name} is taken by commit ${there.commit.slice(0, 8)}. Choose another version, or remove that tag first.`,
    );
  const tagger = await readIdentity(repository);
  await git.annotatedTag({ ...args, fs: atomicFs, ref: name, message, object: commit, tagger });
}

/** Removes a tag, also from the packed ones. @throws AppError NOT_FOUND */
export async function deleteTag(folder: string, name: string): Promise<void> {
  const repository = findRepository(realpathSync(folder));
  const known = repository ? await git.listTags(objectArgs(repository)) : [];
  if (!repository || !known.includes(name)) throw new AppError('NOT_FOUND', `There is no tag ${name}.`);
  await git.deleteTag({ ...objectArgs(repository), fs: atomicFs, ref: name });
}
