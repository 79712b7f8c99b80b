import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEvent } from '../../../shared/contract/audit.ts';
import type { ModelFile } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import type { AuditService } from '../audit/service.ts';
import type { Events } from '../events.ts';
import type { AnnotatedTag } from '../git/annotated-tags.ts';
import type { GitService } from '../git/service.ts';
import type { Definition } from '../projects/definition.ts';
import type { RunsService } from '../runs/service.ts';
import { commitsAtOnce } from './changes.ts';
import { digestOf, parseDefinitionFile } from './definition-file.ts';
import type { Facts } from './facts.ts';
import { GTO_TAGS, NO_TAGS, type TagState, tagStates } from './gto.ts';
import { createIndexReader, type Index, newestFirst } from './index-reader.ts';
import type { Known } from './known.ts';
import { definitionPath } from './layout.ts';
import { checkName, checkVersion } from './names.ts';
import type { RecordedVersion } from './ports.ts';
import { findObject, type Store, storeOf } from './store-place.ts';
import { readDefinitionText } from './tasks.ts';
import { createThreads } from './threads.ts';

export type RegistryDeps = {
  readonly projects: { get(id: string): { readonly root: string }; definition(id: string): Definition | null };
  readonly git: GitService;
  readonly runs: Pick<RunsService, 'get' | 'packages'>;
  readonly audit: Pick<AuditService, 'append' | 'events' | 'identity' | 'verify'>;
  readonly facts: Facts;
  readonly events: Events;
  readonly clock: Clock;
  /** for what is kept of many definitions; may be deleted */
  readonly folder: string;
  /** tell of what others change on the disk, from the first list on */
  readonly watch?: boolean;
};

/** A version with the text of its definition, as it is in the file. */
export type ReadVersion = RecordedVersion & { readonly text: string };

const MOST_READ = 500;

export type Registry = ReturnType<typeof createRegistry>;

/** What the files and tags of projects say about their models. Everything is looked at anew when it changed on the disk. */
export function createRegistry(deps: RegistryDeps) {
  const threads = createThreads();
  const index = createIndexReader({ folder: deps.folder, threads });
  const tags = new Map<string, { stamp: string; states: Map<string, TagState>; annotated: readonly AnnotatedTag[] }>();
  const reads = new Map<string, { stamp: string; read: ReadVersion }>();

  const rootOf = (project: string): string => deps.projects.get(project).root;

  const allTags = async (project: string): Promise<Map<string, TagState>> => {
    const root = rootOf(project);
    const known = tags.get(root);
    const read = await deps.git.annotatedTags(
      root,
      GTO_TAGS,
      known?.stamp ?? null,
      join(deps.folder, `${project}-tags.json`),
    );
    if (read === null) return known!.states;
    const states = tagStates(read.annotated);
    tags.set(root, { stamp: read.stamp, states, annotated: read.annotated });
    return states;
  };

  const read = (project: string, name: string, version: string): ReadVersion => {
    const path = definitionPath(checkName(name), checkVersion(version));
    const file = join(rootOf(project), path);
    const stat = lstatSync(file, { throwIfNoEntry: false });
    if (!stat)
      throw new AppError(
        'NOT_FOUND',
        `There is no ${name} ${version} in this project. "assay models list ${name}" shows what there is.`,
        {
          name,
          version,
        },
      );
    const stamp = `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`;
    const kept = reads.get(file);
    if (kept?.stamp === stamp) return kept.read;
    const text = readDefinitionText(file);
    const definition = parseDefinitionFile(text, name, version);
    const made = { definition, digest: digestOf(definition), path, text };
    if (reads.size >= MOST_READ) reads.delete(reads.keys().next().value!);
    reads.set(file, { stamp, read: made });
    return made;
  };

  /** What the log says of how a version was made; of one that came from elsewhere, how it came. More than one when two clones said it. */
  const registrations = (project: string, name: string, version: string): AuditEvent[] => {
    const made = deps.audit.events(project, { model: name, version, action: 'registered' });
    return made.length > 0 ? made : deps.audit.events(project, { model: name, version, action: 'pulled' });
  };

  return {
    deps,
    threads,
    rootOf,
    read,
    index: (project: string): Promise<Index> => index.read(project, rootOf(project)),
    /** All versions of a model, newest first. */
    async known(project: string, name: string): Promise<Known[]> {
      const { known } = await index.read(project, rootOf(project));
      return known.filter(({ model }) => model === name).sort((a, b) => newestFirst(a.version, b.version));
    },
    allTags,
    tagsOf: async (project: string, name: string): Promise<TagState> => (await allTags(project)).get(name) ?? NO_TAGS,
    store: (project: string): Store => storeOf(rootOf(project)),
    fileOf: (project: string, file: Pick<ModelFile, 'sha256' | 'size'>): string | null =>
      findObject(storeOf(rootOf(project)), file),
    /** stages of `assay.yaml`; none when it cannot be read */
    stages(project: string): readonly string[] {
      try {
        return deps.projects.definition(project)?.models?.stages ?? [];
      } catch {
        return [];
      }
    },
    /** @throws AppError BAD_REQUEST when `assay.yaml` cannot be read */
    commits: (project: string): boolean => commitsAtOnce(deps.projects.definition(project)),
    registration: (project: string, name: string, version: string): AuditEvent | undefined =>
      registrations(project, name, version).at(-1),
    registrations,
    changed: (project: string, name: string): void => deps.events.changed('models', project, [name]),
    dispose: (): Promise<void> => threads.dispose(),
  };
}
