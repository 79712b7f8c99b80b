import { join } from 'node:path';
import { createRouterClient, implement } from '@orpc/server';
import { contract } from '../../shared/contract/index.ts';
import type { Project } from '../../shared/contract/projects.ts';
import { type Clock, systemClock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { resources } from '../resources.ts';
import { version } from '../version.ts';
import { auditHandlers } from './audit/handlers.ts';
import { createAudit } from './audit/service.ts';
import { datasetsHandlers } from './datasets/handlers.ts';
import { createOverview } from './datasets/overview.ts';
import { createDatasets } from './datasets/service.ts';
import { withLfs } from './datasets/with-lfs.ts';
import { folderHandlers } from './diffs/folder-handlers.ts';
import { createFolderViews } from './diffs/folder-views.ts';
import { diffsHandlers } from './diffs/handlers.ts';
import { createDiffs } from './diffs/service.ts';
import { createEvents } from './events.ts';
import { gatesHandlers } from './gates/handlers.ts';
import { createGates } from './gates/service.ts';
import { createGit } from './git/service.ts';
import { gpuHandlers } from './gpu/handlers.ts';
import { createGpu } from './gpu/service.ts';
import { createReader } from './ingest/reader.ts';
import { reindex } from './ingest/reindex.ts';
import { createIngest } from './ingest/service.ts';
import { jobsHandlers } from './jobs/handlers.ts';
import { createJobs } from './jobs/service.ts';
import { activeRuns } from './launch/active.ts';
import { createLaunch } from './launch/service.ts';
import { createLfsOverview } from './lfs/overview.ts';
import { createLfs } from './lfs/service.ts';
import { createServedFiles } from './media/served-file.ts';
import { metricsHandlers } from './metrics/handlers.ts';
import { createMetrics } from './metrics/service.ts';
import { createFacts } from './models/facts.ts';
import { modelsHandlers } from './models/handlers.ts';
import { createModels } from './models/service.ts';
import { modelViewsHandlers } from './models/view-handlers.ts';
import { createModelViews } from './models/views.ts';
import { notificationsHandlers } from './notifications/handlers.ts';
import { createNotifications } from './notifications/service.ts';
import { createExample } from './projects/example.ts';
import { projectsHandlers } from './projects/handlers.ts';
import { createProjects } from './projects/service.ts';
import { pythonHandlers } from './python/handlers.ts';
import { createPython } from './python/service.ts';
import { queueHandlers } from './queue/handlers.ts';
import { createQueue } from './queue/service.ts';
import { reviewFacts } from './reviews/facts.ts';
import { reviewsHandlers } from './reviews/handlers.ts';
import { createReviews } from './reviews/service.ts';
import { toClientError } from './rpc-errors.ts';
import { runsHandlers } from './runs/handlers.ts';
import { createRuns } from './runs/service.ts';
import { createSecrets } from './secrets/service.ts';
import { settingsHandlers } from './settings/handlers.ts';
import { createSettings } from './settings/service.ts';
import { signingHandlers } from './signing/handlers.ts';
import { createSigning } from './signing/service.ts';
import { systemHandlers } from './system/handlers.ts';
import { tablesHandlers } from './tables/handlers.ts';
import { createTables } from './tables/service.ts';
import { targetsHandlers } from './targets/handlers.ts';
import { createTargets } from './targets/service.ts';
import { createWeb } from './web/web.ts';

export type ServiceEnv = {
  /** Assay's own data folder: recent projects, settings, jobs, the example. */
  dataFolder: string;
  /** `terminal`: no worker keeps indexes up to date; a command asks for it. */
  mode: 'desktop' | 'browser' | 'terminal';
  log: Log;
  clock?: Clock;
};

export type Services = ReturnType<typeof createServices>;

/** The whole app without any window, wired by hand: read it top to bottom. */
export function createServices({ dataFolder, mode, log, clock = systemClock }: ServiceEnv) {
  const terminal = mode === 'terminal';
  const events = createEvents();
  const projects = createProjects({
    folder: dataFolder,
    keeper: terminal ? createReader() : createIngest({ events, log: log.scope('ingest') }),
    events,
    log: log.scope('projects'),
    clock,
  });
  if (!terminal) projects.reopen();
  const settings = createSettings({ folder: dataFolder, projects, events, log: log.scope('settings') });
  const jobs = createJobs({ folder: dataFolder, events, log: log.scope('jobs'), clock });
  const git = createGit({ log: log.scope('git') });
  const secrets = createSecrets({ folder: dataFolder, log: log.scope('secrets') });
  const audit = createAudit({ projects, git, events, clock });
  const lfs = createLfs({ projects, git });
  const datasets = withLfs(createDatasets({ projects, git }), lfs, { projects });
  const tables = createTables({ locate: datasets.locate, folder: join(dataFolder, 'cache', 'tables') });
  const overview = createOverview({
    contextOf: datasets.context,
    definition: projects.definition,
    events,
    log: log.scope('datasets'),
  });
  const lfsOverview = createLfsOverview({
    lfs,
    rows: overview,
    definition: projects.definition,
    events,
    log: log.scope('lfs'),
  });
  const diffs = createDiffs({ projects, datasets, jobs, events, log: log.scope('diffs'), clock });
  const folderViews = createFolderViews({ projects, openDiff: diffs.openDiff, jobs, events });
  const python = createPython({ projects, folder: dataFolder });
  const gpu = createGpu({ log: log.scope('gpu'), clock, activeRuns: () => activeRuns(projects.all()) });
  const metrics = createMetrics({ projects });
  const runs = createRuns({ projects, ingest: projects, events, log: log.scope('runs'), clock });
  const facts = createFacts();
  const models = createModels({
    projects,
    git,
    runs,
    audit,
    facts,
    events,
    clock,
    folder: join(dataFolder, 'cache', 'models'),
    watch: !terminal,
  });
  const modelViews = createModelViews({ models, projects, git, audit, facts, datasets, events });
  facts.add({
    verify: async (project, { name, version }) => {
      const { file, stale } = await modelViews.cards.card(project, name, version);
      return stale.map((message) => ({ severity: 'warning', kind: 'card', where: file, message }));
    },
  });

  const launch = createLaunch({
    projects,
    git,
    python,
    gpu,
    data: datasets,
    settings,
    events,
    log: log.scope('launch'),
    clock,
    sync: projects.sync,
    sdkPath: join(resources, 'python'),
    ...runnerFiles(dataFolder),
  });

  const notifications = createNotifications({
    projects,
    secrets,
    web: createWeb({ timeoutMs: 10_000 }),
    events,
    log: log.scope('notifications'),
    clock,
    terminal,
  });
  const signing = createSigning({ projects, registry: models, audit, secrets });
  const gates = createGates({
    projects,
    registry: models,
    locate: datasets.locate,
    python: async (project) => (await python.choose(project, null))?.executable ?? null,
    identity: audit.identity,
    // asked only while a gate is checked, when everything below is there
    approval: async (project, { definition }) =>
      (await reviews.get(project, definition.model, definition.version)).state,
    stale: (project, { definition }) => modelViews.cards.staleForGates(project, definition.model, definition.version),
    jobs,
    events,
    clock,
    assayVersion: version,
    folder: join(dataFolder, 'cache', 'gates'),
  });
  facts.add({
    gates: async (project) => (one) => gates.summary(project, one.name, one.version),
    verify: async (project, one) => gates.verifyEvaluations(project, one.name, one.version),
  });
  const reviews = createReviews({
    projects,
    registry: models,
    gates,
    signing,
    audit,
    git,
    events,
    clock,
    notify: notifications.notify,
  });
  facts.add(reviewFacts({ reviews, audit }));
  const targets = createTargets({
    projects,
    registry: models,
    review: reviews.get,
    card: async (project, name, version) => (await modelViews.cards.card(project, name, version)).markdown,
    signing,
    audit,
    secrets,
    notify: notifications.notify,
    facts,
    jobs,
    events,
    log: log.scope('targets'),
    clock,
  });
  const queue = createQueue({ projects, launch, gpu, events, log: log.scope('queue') });

  const example = createExample({
    source: join(resources, 'examples', 'penguins'),
    projects,
    git,
    launch,
    python,
    jobs,
    datasets,
    events,
    host: () => host,
  });
  const exampleRoot = join(dataFolder, 'example', 'penguins');

  const rebuild = (id: string): string =>
    jobs.start({ title: 'Rebuilding the index', project: id, unit: 'runs' }, async ({ progress, signal }) => {
      const { root } = projects.get(id);
      const indexPath = projects.indexPath(id);
      await projects.detach(id);
      try {
        await reindex(root, indexPath, { signal, onProgress: (done, total) => progress(done, total, '') });
      } finally {
        projects.attach(id);
        events.changed('runs', id);
      }
    });

  const os = implement(contract).use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw toClientError(error, log);
    }
  });
  const router = os.router({
    system: systemHandlers({ events, version, mode: mode === 'desktop' ? 'desktop' : 'browser' }),
    projects: projectsHandlers({
      projects,
      git,
      python,
      example: () => {
        const { project, job } = example.create(exampleRoot);
        return {
          project,
          job:
            job ?? jobs.start({ title: 'The example project is there', project: project.id, unit: '' }, async () => {}),
        };
      },
      reindex: rebuild,
    }),
    python: pythonHandlers(python),
    runs: runsHandlers(runs, launch),
    metrics: metricsHandlers(metrics),
    queue: queueHandlers(queue),
    gpu: gpuHandlers(gpu),
    jobs: jobsHandlers(jobs),
    settings: settingsHandlers(settings),
    datasets: datasetsHandlers({ datasets, lfs: lfsOverview, overview, projects, jobs }),
    tables: tablesHandlers(tables),
    diffs: { ...diffsHandlers(diffs), ...folderHandlers(folderViews) },
    models: { ...modelsHandlers(models, jobs), ...modelViewsHandlers(modelViews) },
    gates: gatesHandlers(gates),
    reviews: reviewsHandlers(reviews),
    signing: signingHandlers(signing),
    targets: targetsHandlers(targets),
    notifications: notificationsHandlers(notifications),
    audit: auditHandlers(audit),
  });

  /** The same procedures that the page calls, without a line between. */
  const host = createRouterClient(router);

  return {
    router,
    host,
    events,
    projects,
    settings,
    jobs,
    git,
    secrets,
    audit,
    signing,
    gates,
    reviews,
    datasets,
    diffs,
    python,
    gpu,
    metrics,
    runs,
    facts,
    models,
    modelViews,
    launch,
    queue,
    notifications,
    targets,
    example,
    servedFile: createServedFiles({
      projects,
      artifactFile: runs.artifactFile,
      locate: datasets.locate,
      diffSides: (project, id) => folderViews.sides({ project, id }),
    }),
    openProject: async (path: string): Promise<Project> => projects.open(path),
    /** The first start makes the example, so that there is something to look at. Null when there are projects already. */
    ensureExample: async (): Promise<Project | null> =>
      projects.list().some((project) => !project.example) ? null : example.create(exampleRoot).project,
    async dispose(): Promise<void> {
      await notifications.dispose();
      await queue.dispose();
      await launch.dispose();
      await jobs.dispose();
      await diffs.dispose();
      await overview.dispose();
      await projects.dispose();
      await tables.dispose();
      await models.dispose();
      await datasets.dispose();
      await lfs.dispose();
      await git.dispose();
    },
  };
}

/** The wrapper around launched commands, and the Node that runs it: beside the sources, or beside the bundle. */
function runnerFiles(dataFolder: string): { runnerPath: string; nodePath: string; cacheFolder: string } {
  const source = import.meta.filename.endsWith('.ts');
  return {
    runnerPath: join(import.meta.dirname, source ? '../runner.ts' : 'runner.mjs'),
    nodePath: process.env.ASSAY_NODE ?? process.execPath,
    cacheFolder: join(dataFolder, 'cache', 'runner'),
  };
}
