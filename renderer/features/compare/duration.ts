import type { RunRow } from '../../../shared/contract/runs.ts';

/** How long a run took, in ms, to its end or its last sign of life; null while it runs or before it started. */
export function durationOf(run: Pick<RunRow, 'status' | 'startedAt' | 'endedAt' | 'lastSeenAt'>): number | null {
  const end = run.endedAt ?? (run.status === 'lost' ? run.lastSeenAt : null);
  return run.startedAt === null || end === null ? null : Math.max(0, end - run.startedAt);
}
