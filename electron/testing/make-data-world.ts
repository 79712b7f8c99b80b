import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Job } from '../../shared/contract/jobs.ts';
import { systemClock } from '../platform/clock.ts';
import { silentLog } from '../platform/log.ts';
import { datasetsHandlers } from '../services/datasets/handlers.ts';
import { createOverview } from '../services/datasets/overview.ts';
import { createDatasets } from '../services/datasets/service.ts';
import { withLfs } from '../services/datasets/with-lfs.ts';
import { createEvents } from '../services/events.ts';
import { createGit } from '../services/git/service.ts';
import { createJobs } from '../services/jobs/service.ts';
import { createLfsOverview } from '../services/lfs/overview.ts';
import { createLfs } from '../services/lfs/service.ts';
import { parseDefinition } from '../services/projects/definition.ts';
import { makeProject } from './make-project.ts';

/** A project in a real git repository with everything that `contract.datasets` is bound to. */
export async function makeDataWorld() {
  const project = makeProject();
  const { root } = project;
  const git = createGit({ log: silentLog });
  const events = createEvents();
  const jobs = createJobs({ folder: join(root, '..'), events, log: silentLog, clock: systemClock });
  const definition = () => {
    try {
      return parseDefinition(readFileSync(join(root, 'assay.yaml'), 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  };
  const lfs = createLfs({ projects: project.lookup, git });
  const datasets = withLfs(createDatasets({ projects: { ...project.lookup, definition }, git }), lfs, {
    projects: project.lookup,
  });
  const overview = createOverview({ contextOf: datasets.context, definition, events, log: silentLog });
  const lfsOverview = createLfsOverview({ lfs, rows: overview, definition, events, log: silentLog });
  await git.init(root);
  const put = (path: string, text: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  put(
    '.git/config',
    `${readFileSync(join(root, '.git/config'), 'utf8')}[user]\n\tname = "A. Person"\n\temail = a@example.invalid\n`,
  );
  put('.gitignore', '.assay/\n');
  return {
    root,
    project,
    git,
    events,
    datasets,
    overview,
    put,
    read: (path: string): string => readFileSync(join(root, path), 'utf8'),
    handlers: datasetsHandlers({ datasets, lfs: lfsOverview, overview, projects: project.lookup, jobs }),
    /** Resolves when a job has ended. */
    async ended({ job }: { job: string }): Promise<Job> {
      let last: Job | undefined;
      for await (const one of jobs.watch(job)) last = one;
      return last!;
    },
    async dispose(): Promise<void> {
      await jobs.dispose();
      await overview.dispose();
      await datasets.dispose();
      await lfs.dispose();
      await git.dispose();
      project.dispose();
    },
  };
}

export type DataWorld = Awaited<ReturnType<typeof makeDataWorld>>;
