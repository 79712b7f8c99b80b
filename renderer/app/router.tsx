import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { LoadingPage } from '../ui/loading.tsx';
import { Frame } from './frame.tsx';
import { NotFound, PageError } from './page-error.tsx';
import { ProjectGate } from './project-gate.tsx';

/** Search params belong to the page that reads them; the page checks them, the router only carries them. */
type AnySearch = Record<string, unknown>;
const carry = (search: AnySearch): AnySearch => search;

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('../features/projects/projects-page.tsx'), 'ProjectsPage'),
  staticData: { title: 'Projects' },
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('../features/settings/settings-page.tsx'), 'SettingsPage'),
  staticData: { title: 'Settings' },
});

const project = createRoute({ getParentRoute: () => root, path: '/p/$project', component: ProjectGate });

const projectHome = createRoute({
  getParentRoute: () => project,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/p/$project/runs', params, replace: true });
  },
});

const runs = createRoute({
  getParentRoute: () => project,
  path: '/runs',
  validateSearch: carry,
  component: lazyRouteComponent(() => import('../features/runs/runs-page.tsx'), 'RunsPage'),
  staticData: { title: 'Runs' },
});

const run = createRoute({
  getParentRoute: () => project,
  path: '/runs/$run',
  validateSearch: carry,
  component: lazyRouteComponent(() => import('../features/run/run-page.tsx'), 'RunPage'),
  staticData: { title: 'Run' },
});

const compare = createRoute({
  getParentRoute: () => project,
  path: '/compare',
  validateSearch: carry,
  component: lazyRouteComponent(() => import('../features/compare/compare-page.tsx'), 'ComparePage'),
  staticData: { title: 'Compare' },
});

const start = createRoute({
  getParentRoute: () => project,
  path: '/start',
  validateSearch: carry,
  component: lazyRouteComponent(() => import('../features/start/start-page.tsx'), 'StartPage'),
  staticData: { title: 'Start a run' },
});

const queue = createRoute({
  getParentRoute: () => project,
  path: '/queue',
  component: lazyRouteComponent(() => import('../features/queue/queue-page.tsx'), 'QueuePage'),
  staticData: { title: 'Queue and GPUs' },
});

const data = createRoute({
  getParentRoute: () => project,
  path: '/data',
  validateSearch: carry,
  component: lazyRouteComponent(() => import('../features/datasets/datasets-page.tsx'), 'DatasetsPage'),
  staticData: { title: 'Data' },
});

const diff = createRoute({
  getParentRoute: () => project,
  path: '/diff',
  validateSearch: carry,
  component: lazyRouteComponent(() => import('../features/diffs/diff-page.tsx'), 'DiffPage'),
  staticData: { title: 'Data diff' },
});

const models = createRoute({
  getParentRoute: () => project,
  path: '/models',
  validateSearch: carry,
  component: lazyRouteComponent(() => import('../features/models/models-page.tsx'), 'ModelsPage'),
  staticData: { title: 'Models' },
});

const modelVersion = createRoute({
  getParentRoute: () => project,
  path: '/models/$name/$version',
  validateSearch: carry,
  component: lazyRouteComponent(() => import('../features/model-version/version-page.tsx'), 'VersionPage'),
  staticData: { title: 'Model version' },
});

const review = createRoute({
  getParentRoute: () => project,
  path: '/models/$name/$version/review',
  component: lazyRouteComponent(() => import('../features/reviews/review-page.tsx'), 'ReviewPage'),
  staticData: { title: 'Review' },
});

const modelDiff = createRoute({
  getParentRoute: () => project,
  path: '/models/$name/compare',
  validateSearch: carry,
  component: lazyRouteComponent(() => import('../features/model-diff/model-diff-page.tsx'), 'ModelDiffPage'),
  staticData: { title: 'Compare versions' },
});

const lineage = createRoute({
  getParentRoute: () => project,
  path: '/lineage',
  validateSearch: carry,
  component: lazyRouteComponent(() => import('../features/lineage/lineage-page.tsx'), 'LineagePage'),
  staticData: { title: 'Lineage' },
});

const targets = createRoute({
  getParentRoute: () => project,
  path: '/targets',
  validateSearch: carry,
  component: lazyRouteComponent(() => import('../features/targets/targets-page.tsx'), 'TargetsPage'),
  staticData: { title: 'Targets' },
});

const audit = createRoute({
  getParentRoute: () => project,
  path: '/audit',
  validateSearch: carry,
  component: lazyRouteComponent(() => import('../features/audit/audit-page.tsx'), 'AuditPage'),
  staticData: { title: 'Audit' },
});

const projectSettings = createRoute({
  getParentRoute: () => project,
  path: '/settings',
  component: lazyRouteComponent(() => import('../features/settings/settings-page.tsx'), 'SettingsPage'),
  staticData: { title: 'Settings' },
});

/** Every place of the app. */
export const router = createRouter({
  routeTree: root.addChildren([
    home,
    settings,
    project.addChildren([
      projectHome,
      runs,
      run,
      compare,
      start,
      queue,
      data,
      diff,
      models,
      modelVersion,
      review,
      modelDiff,
      lineage,
      targets,
      audit,
      projectSettings,
    ]),
  ]),
  defaultPreload: 'intent',
  defaultPendingComponent: LoadingPage,
  defaultPendingMs: 150,
  defaultPendingMinMs: 0,
  defaultErrorComponent: PageError,
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    /** The name of the page in the window's title. */
    title?: string;
  }
}
