import type { ChangeEvent } from '../../shared/contract/system.ts';

type Input = { project?: string; run?: string; runs?: string[]; series?: { run: string }[] };

/** What an event never changes: written once, or read by pieces that the log view fetches itself. */
const FIXED = new Set([
  'runs.log',
  'runs.searchLog',
  'runs.patch',
  'runs.packages',
  'runs.artifact',
  'runs.artifactTable',
  'runs.request',
]);

/** Which procedures a topic makes stale at once. A name without a dot means the whole domain. */
const AT_ONCE: Record<ChangeEvent['topic'], readonly string[]> = {
  runs: ['runs', 'projects.state', 'queue'],
  metrics: ['metrics'],
  queue: ['queue', 'projects.state'],
  projects: ['projects', 'python'],
  jobs: ['jobs'],
  settings: ['settings'],
  git: ['projects.state', 'datasets.history', 'models'],
  datasets: ['datasets', 'tables'],
  diffs: ['diffs.get', 'diffs.list', 'diffs.similar'],
  models: ['models', 'gates', 'reviews', 'signing', 'audit', 'targets.list', 'targets.receipts'],
  notifications: ['notifications'],
};

/** What follows at leisure: a table of last values need not be asked for as often as the curve it belongs to. */
const SLOWLY: Partial<Record<ChangeEvent['topic'], readonly string[]>> = {
  metrics: ['runs.list', 'runs.get', 'runs.columns'],
};

/**
 * Whether an event makes a cached answer stale.
 * @param queryKey as `@orpc/tanstack-query` makes it: `[path, { input }]`
 * @param pace `now` for what follows at once, `slow` for what follows two or three times a second
 */
export function isStale(event: ChangeEvent, queryKey: readonly unknown[], pace: 'now' | 'slow' = 'now'): boolean {
  const path = queryKey[0];
  if (!Array.isArray(path)) return false;
  const name = path.join('.');
  const names = pace === 'now' ? AT_ONCE[event.topic] : (SLOWLY[event.topic] ?? []);
  if (FIXED.has(name) || !names.some((prefix) => name === prefix || name.startsWith(`${prefix}.`))) return false;
  const input = ((queryKey[1] as { input?: unknown } | undefined)?.input ?? {}) as Input;
  if (event.project !== undefined && input.project !== undefined && input.project !== event.project) return false;
  return touches(event, input);
}

function touches(event: ChangeEvent, input: Input): boolean {
  if (event.ids.length === 0 || (event.topic !== 'runs' && event.topic !== 'metrics')) return true;
  const asked = input.run ? [input.run] : (input.runs ?? input.series?.map((series) => series.run));
  return !asked || asked.some((run) => event.ids.includes(run));
}
