import { randomBytes } from 'node:crypto';
import { messageOf } from '../../../shared/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { listQueued, prune, putQueued, type Queued, readQueued } from './queue.ts';
import { nextAttempt } from './retry-plan.ts';
import type { Outcome } from './send.ts';
import { acquireSender, releaseSender } from './sender-lock.ts';

type Deps = {
  clock: Clock;
  send(project: string, item: Queued, signal: AbortSignal): Promise<Outcome>;
  onChange(project: string, id: string): void;
};

/**
 * Sends what waits in the queue of a project: one process at a time, oldest first, each message written down before and after, so that a kill
 * loses none. A message whose answer was lost in a kill is sent once more, under the same id.
 */
export function createOutbox({ clock, send, onChange }: Deps) {
  const token = randomBytes(8).toString('hex');
  const busy = new Map<string, Promise<void>>();

  const deliver = async (project: string, root: string, id: string, signal: AbortSignal): Promise<void> => {
    const item = readQueued(root, id);
    if (!item || item.state !== 'waiting' || (item.nextAt ?? 0) > clock.now()) return;
    let outcome: Outcome;
    try {
      outcome = await send(project, item, signal);
    } catch (error) {
      if (signal.aborted) return;
      outcome = { kind: 'later', error: messageOf(error), afterMs: null };
    }
    putQueued(root, settled(item, outcome, clock.now()));
    onChange(project, id);
  };

  const run = async (project: string, root: string, signal: AbortSignal): Promise<void> => {
    if (!acquireSender(root, token)) return;
    try {
      // what comes while it works is found by looking again
      for (const tried = new Set<string>(); ; ) {
        const due = dueOf(root, clock.now()).filter(({ id }) => !tried.has(id));
        if (due.length === 0 || signal.aborted) break;
        for (const { id } of due) {
          tried.add(id);
          if (!signal.aborted) await deliver(project, root, id, signal);
        }
      }
      prune(root);
    } finally {
      releaseSender(root, token);
    }
  };

  return {
    /** Sends what is due. When another process is at it, that one does. Resolves when nothing is due any more. */
    flush(project: string, root: string, signal: AbortSignal): Promise<void> {
      const before = busy.get(project) ?? Promise.resolve();
      const now = before
        .catch(() => {})
        .then(() => (signal.aborted ? undefined : run(project, root, signal)))
        .finally(() => {
          if (busy.get(project) === now) busy.delete(project);
        });
      busy.set(project, now);
      return now;
    },
    /** When the next message is due; null when none waits. */
    nextDue(root: string): number | null {
      const times = listQueued(root).flatMap(({ state, nextAt }) => (state === 'waiting' ? [nextAt ?? 0] : []));
      return times.length === 0 ? null : Math.min(...times);
    },
    settled: async (): Promise<void> => {
      await Promise.allSettled(busy.values());
    },
  };
}

const dueOf = (root: string, now: number): Queued[] =>
  listQueued(root)
    .filter(({ state, nextAt }) => state === 'waiting' && (nextAt ?? 0) <= now)
    .reverse();

function settled(item: Queued, outcome: Outcome, now: number): Queued {
  const attempts = item.attempts + 1;
  if (outcome.kind === 'sent') return { ...item, attempts, state: 'sent', nextAt: null, error: null };
  const nextAt = outcome.kind === 'later' ? nextAttempt({ attempts, since: item.since, now }, outcome.afterMs) : null;
  return { ...item, attempts, state: nextAt === null ? 'failed' : 'waiting', nextAt, error: outcome.error };
}
