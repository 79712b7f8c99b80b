import type { RunRow } from '../../../shared/contract/runs.ts';
import { formatAgo, formatDateTime } from '../../lib/format.ts';

type Timed = Pick<RunRow, 'status' | 'startedAt' | 'endedAt' | 'lastSeenAt'>;

/**
 * How long a run ran, in ms: to its end, to now while it runs, to its last sign of life when it was lost; null before it started.
 * @param now epoch milliseconds
 */
export function runDuration(run: Timed, now: number): number | null {
  if (run.startedAt === null) return null;
  const end = run.status === 'running' ? now : (run.endedAt ?? (run.status === 'lost' ? run.lastSeenAt : null));
  return end === null ? null : Math.max(0, end - run.startedAt);
}

/** What the common signals mean to somebody whose training died. */
const SIGNALS: Record<string, string> = {
  SIGKILL: 'killed (SIGKILL), by somebody or because the memory ran out',
  SIGTERM: 'asked to end (SIGTERM)',
  SIGINT: 'interrupted (SIGINT)',
  SIGSEGV: 'crashed: it touched memory that is not its own (SIGSEGV)',
  SIGABRT: 'gave up (SIGABRT)',
  SIGBUS: 'crashed on a bad memory access (SIGBUS)',
  SIGHUP: 'lost its terminal (SIGHUP)',
  SIGFPE: 'crashed on a bad calculation (SIGFPE)',
};

/** How a run ended, or what is known of it, as a phrase after its status; null when the status says it all. */
export function endingText(
  run: Pick<RunRow, 'status' | 'exitCode' | 'signal' | 'lastSeenAt'>,
  now: number,
): string | null {
  if (run.status === 'lost')
    return run.lastSeenAt === null
      ? 'no sign of life was ever seen'
      : `last sign of life ${formatAgo(run.lastSeenAt, now)}, ${formatDateTime(run.lastSeenAt)}`;
  if (run.status !== 'failed' && run.status !== 'stopped') return null;
  if (run.signal !== null) return SIGNALS[run.signal] ?? `ended by ${run.signal}`;
  return run.exitCode === null ? null : `exit code ${run.exitCode}`;
}

/** True when a run may still write. */
export function isActive(run: Pick<RunRow, 'status'>): boolean {
  return run.status === 'running' || run.status === 'queued';
}
