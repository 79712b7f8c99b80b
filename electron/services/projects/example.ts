import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Project } from '../../../shared/contract/projects.ts';
import { AppError } from '../../../shared/errors.ts';
import { readJson, writeFileAtomic } from '../../platform/files.ts';
import type { Datasets } from '../datasets/service.ts';
import type { Events } from '../events.ts';
import type { GitService } from '../git/service.ts';
import type { JobsService } from '../jobs/service.ts';
import type { LaunchService } from '../launch/service.ts';
import type { PythonService } from '../python/service.ts';
import { HistoryModel, type Host, playModel } from './example-models.ts';
import { initProject } from './init.ts';
import { assayFolder } from './layout.ts';
import type { ProjectsService } from './service.ts';

const History = z.array(
  z.object({
    dir: z.string(),
    message: z.string(),
    /** what is versioned as data in this commit, and not by git */
    data: z.array(z.object({ path: z.string(), desc: z.string(), meta: z.record(z.string(), z.string()) })).default([]),
    runs: z.array(
      z.object({
        name: z.string(),
        args: z.array(z.string()),
        experiment: z.string().default('default'),
        tags: z.record(z.string(), z.string()).default({}),
      }),
    ),
    models: z.array(HistoryModel).default([]),
  }),
);
type History = z.infer<typeof History>;

const LOOK_MS = 200;

type Deps = {
  /** `resources/examples/penguins`: files, and `history/` with one overlay per commit. */
  source: string;
  projects: ProjectsService;
  git: GitService;
  launch: LaunchService;
  python: PythonService;
  jobs: JobsService;
  datasets: Datasets;
  events: Events;
  /** the host as the page sees it; it is there when the first example is made */
  host: () => Host;
};

const PERSON = { name: 'Assay Example', email: 'example@assay.invalid' };

export type ExampleService = ReturnType<typeof createExample>;

/** Makes the example project by really committing and really training, one step of its history after the other. */
export function createExample(deps: Deps) {
  const { source, projects, jobs } = deps;
  return {
    /**
     * Makes the example in `root`, or opens it when it is there; goes on where it was interrupted.
     * The job ends when the last run has ended; null when nothing is left to do.
     */
    create(root: string): { project: Project; job: string | null } {
      const history = readHistory(source);
      if (readPlace(root).step >= history.length) {
        return { project: projects.open(root, { trusted: true, example: true }), job: null };
      }
      mkdirSync(root, { recursive: true });
      initProject(root);
      const project = projects.open(root, { trusted: true, example: true });
      const job = jobs.start({ title: 'Making the example project', project: project.id, unit: 'runs' }, (progress) =>
        playHistory(deps, project, root, history, progress),
      );
      return { project, job };
    },
  };
}

function readHistory(source: string): History {
  return History.parse(JSON.parse(readFileSync(join(source, 'history', 'history.json'), 'utf8')));
}

const Place = z.object({ step: z.number(), run: z.number() });

/** How far the history has been played, so that an interrupted example is finished at the next start instead of staying half-made. */
function readPlace(root: string): z.infer<typeof Place> {
  return Place.catch({ step: 0, run: 0 }).parse(readJson(placeFile(root)));
}

const placeFile = (root: string): string => join(assayFolder(root), 'example.json');
const writePlace = (root: string, place: z.infer<typeof Place>): void =>
  writeFileAtomic(placeFile(root), JSON.stringify(place));

function copyStep(source: string, history: History, step: number, root: string): void {
  cpSync(join(source, 'history', history[step]!.dir), root, { recursive: true });
}

async function playHistory(
  { source, projects, git, launch, python, datasets, events, host }: Deps,
  project: Project,
  root: string,
  history: History,
  { progress, signal }: { progress: (done: number, total: number, label: string) => void; signal: AbortSignal },
): Promise<void> {
  const total = history.reduce((sum, step) => sum + step.runs.length, 0);
  const place = readPlace(root);
  let done = history.slice(0, place.step).reduce((sum, step) => sum + step.runs.length, 0) + place.run;
  if (!existsSync(join(root, '.git'))) await git.init(root, PERSON);
  const canRun = (await python.list(project.id)).length > 0;
  for (const [i, step] of history.entries()) {
    if (i < place.step) continue;
    copyStep(source, history, i, root);
    for (const { path, desc, meta } of step.data) {
      await datasets.add({ project: project.id, paths: [join(root, path)] }, { signal });
      await datasets.describe({ project: project.id, path: join(root, path), change: { desc, meta } }, { signal });
    }
    await git.commitAll(root, step.message, PERSON);
    events.changed('git', project.id);
    for (const [j, run] of step.runs.entries()) {
      if (signal.aborted) return;
      if (!canRun || (i === place.step && j < place.run)) continue;
      progress(done, total, run.name);
      const started = await launch.start({
        project: project.id,
        request: {
          command: ['python', ...run.args],
          name: run.name,
          experiment: run.experiment,
          tags: run.tags,
          gpus: 'none',
        },
      });
      await runEnded(projects, events, project.id, started.run, signal);
      progress(++done, total, run.name);
      writePlace(root, { step: i, run: j + 1 });
    }
    for (const model of canRun ? step.models : []) {
      if (signal.aborted) return;
      progress(done, total, `${model.name} ${model.version}`);
      await playModel(host(), project.id, model);
    }
    writePlace(root, { step: i + 1, run: 0 });
  }
  if (!canRun)
    throw new AppError(
      'UNAVAILABLE',
      'The example is there, but its runs need Python, and none was found. Install Python, then press "Start a run".',
    );
}

/**
 * Resolves when the run is neither queued nor running any more. Looks by itself now and then: in the terminal nobody else keeps the index up
 * to date.
 */
export async function runEnded(
  projects: ProjectsService,
  events: Events,
  project: string,
  run: string,
  signal: AbortSignal,
): Promise<void> {
  const status = (): string | undefined =>
    projects.get(project).db.prepare<[string], { status: string }>('SELECT status FROM runs WHERE id = ?').get(run)
      ?.status;
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    const now = status();
    if (signal.aborted || (now !== undefined && now !== 'running' && now !== 'queued')) resolve();
  };
  const stop = events.listen((event) => {
    if (event.topic === 'runs' && event.project === project) look();
  });
  const timer = setInterval(() => void projects.sync(project).then(look, () => {}), LOOK_MS);
  signal.addEventListener('abort', look);
  look();
  await promise;
  clearInterval(timer);
  stop();
  signal.removeEventListener('abort', look);
}
