import type { Change } from './ingester.ts';
import type { FromWorker } from './messages.ts';

const EVERY_MS = 250;

/** Collects what has changed and tells it together: one event for many runs. */
export function createAnnouncer(project: string, tell: (message: FromWorker) => void) {
  const changed = { runs: new Set<string>(), metrics: new Set<string>() };
  const any = { runs: false, metrics: false };
  let last = 0;

  const flush = (): void => {
    last = performance.now();
    for (const topic of ['runs', 'metrics'] as const) {
      const ids = any[topic] ? [] : [...changed[topic]];
      if (any[topic] || ids.length > 0) tell({ type: 'changed', project, topic, ids });
      changed[topic].clear();
      any[topic] = false;
    }
  };
  const flushNowAndThen = (): void => {
    if (performance.now() - last >= EVERY_MS) flush();
  };

  return {
    run(id: string, { row, points }: Change): void {
      if (row) changed.runs.add(id);
      if (points) changed.metrics.add(id);
    },
    /** Something changed and it is not known what. */
    anything(): void {
      any.runs = true;
      any.metrics = true;
    },
    flush,
    /** During long work. */
    flushNowAndThen,
  };
}
