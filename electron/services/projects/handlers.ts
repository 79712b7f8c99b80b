import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { GitService } from '../git/service.ts';
import type { PythonService } from '../python/service.ts';
import type { ProjectsService } from './service.ts';

type Deps = {
  projects: ProjectsService;
  git: GitService;
  python: PythonService;
  example: () => { project: ReturnType<ProjectsService['open']>; job: string };
  reindex: (project: string) => string;
};

/** Binds `contract.projects`. */
export function projectsHandlers({ projects, git, python, example, reindex }: Deps) {
  const os = implement(contract.projects);
  return {
    list: os.list.handler(() => projects.list()),
    open: os.open.handler(({ input }) => projects.open(input.path)),
    init: os.init.handler(({ input }) => projects.init(input.project)),
    trust: os.trust.handler(({ input }) => projects.trust(input.project, input.trusted)),
    forget: os.forget.handler(({ input }) => projects.forget(input.project)),
    state: os.state.handler(({ input }) => projects.state(input.project, { git, python })),
    browse: os.browse.handler(({ input }) => projects.browse(input.path)),
    example: os.example.handler(() => example()),
    reindex: os.reindex.handler(({ input }) => ({ job: reindex(input.project) })),
  };
}
