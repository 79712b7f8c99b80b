import { datasets } from './datasets.ts';
import { diffs } from './diffs.ts';
import { gpu } from './gpu.ts';
import { jobs } from './jobs.ts';
import { metrics } from './metrics.ts';
import { projects } from './projects.ts';
import { python } from './python.ts';
import { queue } from './queue.ts';
import { runs } from './runs.ts';
import { settings } from './settings.ts';
import { system } from './system.ts';
import { tables } from './tables.ts';

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
};
export type Contract = typeof contract;
