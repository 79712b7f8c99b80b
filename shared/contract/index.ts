import { audit } from './audit.ts';
import { datasets } from './datasets.ts';
import { diffs } from './diffs.ts';
import { gates } from './gates.ts';
import { gpu } from './gpu.ts';
import { jobs } from './jobs.ts';
import { metrics } from './metrics.ts';
import { models } from './models.ts';
import { notifications } from './notifications.ts';
import { projects } from './projects.ts';
import { python } from './python.ts';
import { queue } from './queue.ts';
import { reviews } from './reviews.ts';
import { runs } from './runs.ts';
import { settings } from './settings.ts';
import { signing } from './signing.ts';
import { system } from './system.ts';
import { tables } from './tables.ts';
import { targets } from './targets.ts';

/** Everything a window, a browser tab or a test may ask of the host. The name on the wire is the path of keys. */
export const contract = {
  system,
  projects,
  python,
  runs,
  metrics,
  queue,
  gpu,
  jobs,
  settings,
  datasets,
  tables,
  diffs,
  models,
  gates,
  reviews,
  signing,
  targets,
  notifications,
  audit,
};
export type Contract = typeof contract;
