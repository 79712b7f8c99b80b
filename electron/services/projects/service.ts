import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { FolderListing, Project, ProjectState } from '../../../shared/contract/projects.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { type Db, openDb } from '../../db/open.ts';
import type { Clock } from '../../platform/clock.ts';
import { makeFolder } from '../../platform/files.ts';
import type { Log } from '../../platform/log.ts';
import type { Events } from '../events.ts';
import type { GitService } from '../git/service.ts';
import type { PythonService } from '../python/service.ts';
import { browse } from './browse.ts';
import { type Definition, readDefinition } from './definition.ts';
import { initProject, isInitialised, makeAssayFolder } from './init.ts';
import { assayFolder, indexFile } from './layout.ts';
import type { OpenProject, ProjectLookup } from './open-project.ts';
import { createRegistry, projectId, realFolder } from './registry.ts';
import { countRuns } from './store.ts';

/** What keeps the index of an open project up to date; the host's is a worker, the terminal's reads when asked. */
export type IndexKeeper = {
  attach(project: { id: string; root: string; indexPath: string }, onReplaced: () => void): Attachment;
};
export type Attachment = {
  sync(): Promise<void>;
  touch(run: string): void;
  dispose(): Promise<void>;
};

const REOPENED = 5;

type Opened = { root: string; indexPath: string; db: Db; keeper: Attachment };

type Deps = {
  folder: string;
  keeper: IndexKeeper;
  events: Events;
  log: Log;
  clock: Clock;
};

export type ProjectsService = ReturnType<typeof createProjects>;

/** Which folders are open, and their indexes. */
export function createProjects({ folder, keeper, events, log, clock }: Deps) {
  const registry = createRegistry(folder);
  const opened = new Map<string, Opened>();

  const describe = (root: string): Project => {
    const entry = registry.find(root);
    const exists = existsSync(root);
    return {
      id: projectId(root),
      name: (exists ? definitionOrNull(root)?.name : undefined) ?? basename(root),
      root,
      openedAt: entry?.openedAt ?? 0,
      trusted: entry?.trusted ?? false,
      initialised: exists && isInitialised(root),
      exists,
      example: entry?.example ?? false,
    };
  };

  const attach = (root: string): Opened => {
    const id = projectId(root);
    const before = opened.get(id);
    if (before) return before;
    if (!existsSync(root))
      throw new AppError('NOT_FOUND', `The folder ${root} is gone. Open it at its new place, or take it off the list.`);
    const indexPath = indexPathOf(root, folder);
    const project: Opened = { root, indexPath, db: openDb(indexPath), keeper: idleKeeper };
    opened.set(id, project);
    project.keeper = keeper.attach({ id, root, indexPath }, () => {
      try {
        const old = project.db;
        project.db = openDb(indexPath);
        old.close();
      } catch (error) {
        log.error('the index could not be opened again', { root, error: messageOf(error) });
      }
      events.changed('runs', id);
    });
    return project;
  };

  const rootOf = (id: string): string => {
    const root = opened.get(id)?.root ?? registry.list().find((entry) => projectId(entry.root) === id)?.root;
    if (!root) throw new AppError('NOT_FOUND', 'This project is not on your list. Open its folder.', { project: id });
    return root;
  };

  const detach = async (id: string): Promise<void> => {
    const project = opened.get(id);
    if (!project) return;
    opened.delete(id);
    await project.keeper.dispose();
    project.db.close();
  };

  const view = (id: string): OpenProject => {
    const project = attach(rootOf(id));
    return {
      id,
      root: project.root,
      get db() {
        return project.db;
      },
      get trusted() {
        return registry.find(project.root)?.trusted ?? false;
      },
    };
  };

  const service = {
    list: (): Project[] => registry.list().map((entry) => describe(entry.root)),

    open(path: string, options: { trusted?: boolean; example?: boolean } = {}): Project {
      const root = realFolder(path, homedir());
      registry.put(root, { openedAt: clock.now(), ...options });
      attach(root);
      events.changed('projects');
      return describe(root);
    },

    async init(id: string): Promise<Project> {
      const root = rootOf(id);
      initProject(root);
      if (opened.get(id)?.indexPath !== indexFile(root)) await detach(id);
      attach(root);
      events.changed('projects');
      events.changed('runs', id);
      return describe(root);
    },

    trust(id: string, trusted: boolean): Project {
      registry.put(rootOf(id), { trusted });
      events.changed('projects');
      events.changed('queue', id);
      return describe(rootOf(id));
    },

    async forget(id: string): Promise<void> {
      const root = rootOf(id);
      await detach(id);
      registry.remove(root);
      events.changed('projects');
    },

    describe: (id: string): Project => describe(rootOf(id)),
    browse: (path: string | undefined): FolderListing => browse(path, homedir()),
    get: view,
    all: (): OpenProject[] => [...opened.keys()].map(view),
    definition: (id: string): Definition | null => readDefinition(rootOf(id)),
    sync: (id: string): Promise<void> => attach(rootOf(id)).keeper.sync(),
    touch: (id: string, run: string): void => attach(rootOf(id)).keeper.touch(run),
    indexPath: (id: string): string => attach(rootOf(id)).indexPath,
    detach,
    attach: (id: string): void => void attach(rootOf(id)),

    async state(id: string, { git, python }: { git: GitService; python: PythonService }): Promise<ProjectState> {
      const project = describe(rootOf(id));
      const problems: ProjectState['problems'] = [];
      if (!project.exists)
        problems.push({
          code: 'missing',
          message: `The folder ${project.root} is gone. It may have been moved or its disk taken away.`,
        });
      else if (!writable(project.root))
        problems.push({
          code: 'read_only',
          message: 'This folder cannot be written, so no run can be started here. What is there can be looked at.',
        });
      let definition: Definition | null = null;
      try {
        definition = project.exists ? readDefinition(project.root) : null;
      } catch (error) {
        problems.push({ code: 'definition', message: messageOf(error) });
      }
      const [gitState, interpreters] = await Promise.all([
        git.state(project.root).catch((error: unknown) => {
          problems.push({ code: 'git', message: messageOf(error) });
          return null;
        }),
        python.list(id).catch(() => []),
      ]);
      if (interpreters.length === 0) {
        problems.push({
          code: 'no_python',
          message:
            'No Python was found on this machine. Install it (python.org, "uv python install" or your package manager); everything but running Python scripts works without it.',
        });
      }
      return {
        project,
        git: gitState,
        problems,
        python: interpreters.find((one) => one.preferred) ?? null,
        defaultCommand: definition?.run?.command ?? null,
        defaultExperiment: definition?.run?.experiment ?? null,
        runs: countRuns(view(id).db),
      };
    },

    /**
     * Opens the projects of last time again, so that their waiting runs start and their running ones are followed without anybody looking.
     * One that cannot be opened is left for the person who opens it to hear why.
     */
    reopen(): void {
      for (const { root } of registry.list().slice(0, REOPENED)) {
        if (!existsSync(root) || !isInitialised(root)) continue;
        try {
          attach(root);
        } catch (error) {
          log.warn('a project could not be opened again', { root, error: messageOf(error) });
        }
      }
    },

    async dispose(): Promise<void> {
      await Promise.all([...opened.keys()].map(detach));
    },
  };
  return service satisfies ProjectLookup;
}

const idleKeeper: Attachment = { sync: () => Promise.resolve(), touch() {}, dispose: () => Promise.resolve() };

function definitionOrNull(root: string): Definition | null {
  try {
    return readDefinition(root);
  } catch {
    return null;
  }
}

function writable(root: string): boolean {
  try {
    accessSync(root, constants.W_OK);
    if (existsSync(assayFolder(root))) accessSync(assayFolder(root), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The index lives in the project; for a folder that is not initialised, or cannot be written, it lives in Assay's own data folder,
 * because opening a project promises to write nothing into it.
 */
function indexPathOf(root: string, folder: string): string {
  if (isInitialised(root) && writable(root)) {
    makeAssayFolder(root);
    return indexFile(root);
  }
  const indexes = join(folder, 'indexes');
  makeFolder(indexes);
  return join(indexes, `${projectId(root)}.db`);
}
