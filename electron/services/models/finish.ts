import type { AuditAction } from '../../../shared/contract/audit.ts';
import { AppError } from '../../../shared/errors.ts';
import type { AnnotatedTag } from '../git/annotated-tags.ts';
import { commitOf } from './changes.ts';
import { gtoMessages } from './gto.ts';
import { versionTag } from './layout.ts';
import type { Registry } from './registry.ts';

/** Commits what a verb wrote, where the project wants that; null when nothing is left to commit. */
export async function commitFiles(
  { deps, rootOf, commits }: Registry,
  project: string,
  paths: readonly string[],
  message: string,
): Promise<string | null> {
  if (!commits(project) || paths.length === 0) return null;
  return deps.git.commitPaths(rootOf(project), { paths: [...new Set(paths)], staged: [] }, message);
}

/**
 * What registering leaves to do once the definition is there: the event of the log, the commit, the tag. Each is done once, whoever was killed
 * before.
 * @throws AppError CONFLICT when the definition is not the one that was registered: a repeat must not make an edit a registration
 * @param action how it came here
 * @param from what the log keeps of where it came from
 */
export async function finishVersion(
  registry: Registry,
  project: string,
  name: string,
  version: string,
  action: Extract<AuditAction, 'registered' | 'pulled'> = 'registered',
  more: readonly string[] = [],
  from: Readonly<Record<string, string | null>> = {},
): Promise<void> {
  const { deps, read } = registry;
  const { digest, definition, path } = read(project, name, version);
  refuseChanged(registry, project, name, version);
  const bytes = definition.files.reduce((sum, file) => sum + file.size, 0);
  const event = {
    action,
    model: name,
    version,
    data: { definition: digest, files: definition.files.length, bytes, run: definition.run?.id ?? null, ...from },
  };
  const { files } = await deps.audit.append(project, event, { once: true });
  const commit = await commitFiles(registry, project, [path, ...more, ...files], `Register ${name} ${version}`);
  if (registry.commits(project)) await requireTag(registry, project, name, version, commit);
  registry.changed(project, name);
}

function refuseChanged({ registrations, read }: Registry, project: string, name: string, version: string): void {
  const { digest, path } = read(project, name, version);
  const made = registrations(project, name, version);
  if (made.length === 0 || made.some(({ data }) => data.definition === digest)) return;
  throw new AppError(
    'CONFLICT',
    `${path} was changed after ${name} ${version} was registered. Take it back from git ("git log -- ${path}" shows its states), or register a new version.`,
  );
}

/**
 * The tag of a version; made when it is not there and the definition is committed as it is.
 * @param justMade a commit that has it
 * @throws AppError CONFLICT when it is not
 */
export async function requireTag(
  registry: Registry,
  project: string,
  name: string,
  version: string,
  justMade: string | null = null,
): Promise<Pick<AnnotatedTag, 'name' | 'commit'>> {
  const { deps, rootOf, read, tagsOf } = registry;
  const root = rootOf(project);
  const state = await tagsOf(project, name);
  const there = state.versions.get(version);
  if (there) return there;
  refuseChanged(registry, project, name, version);
  const { path, text } = read(project, name, version);
  // looking for it goes through the whole history
  const commit = justMade ?? (await commitOf(deps.git, root, path, text));
  if (commit === null)
    throw new AppError(
      'CONFLICT',
      `The definition of ${name} ${version} is not committed as it is, so no tag can name it. Commit ${path}, then do this again.`,
    );
  const tag = versionTag(name, version);
  await deps.git.annotate(root, {
    name: tag,
    commit,
    message: gtoMessages.register(name, version),
    notBefore: state.lastAt === 0 ? 0 : state.lastAt + 1000,
  });
  return { name: tag, commit };
}

/** Whether something is left to do for a version that was registered here. */
export async function isUnfinished(
  registry: Registry,
  project: string,
  name: string,
  version: string,
): Promise<boolean> {
  if (!registry.registration(project, name, version)) return true;
  return registry.commits(project) && !(await registry.tagsOf(project, name)).versions.has(version);
}
