import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Job } from '../../../shared/contract/jobs.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Events } from '../events.ts';
import { createJobStore } from './store.ts';

export type JobSpec = { title: string; project?: string | null; unit: string };
export type JobHandle = {
  /** `total` 0 means "not known yet"; `label` is what it is at, for a person; `unit` is that of the job unless this part has its own. */
  progress(done: number, total: number, label: string, unit?: string): void;
  /** Aborted when somebody cancels or the host ends: stop soon, and leave nothing half-done. */
  readonly signal: AbortSignal;
};

type Running = { job: Job; abort: AbortController; ended: Promise<void>; interrupted: boolean };
type Deps = { folder: string; events: Events; log: Log; clock: Clock };

const KEPT = 100;
const WATCH_MS = 100;

export type JobsService = ReturnType<typeof createJobs>;

/** Long work that a person can watch and cancel. Jobs are kept, so that a reload shows them and a crash is seen. */
export function createJobs({ folder, events, log, clock }: Deps) {
  const store = createJobStore(join(folder, 'jobs.ndjson'));
  const jobs = new Map<string, Job>();
  const running = new Map<string, Running>();
  const watchers = new Map<string, Set<() => void>>();

  const save = (job: Job): void => {
    try {
      store.save(job);
    } catch (error) {
      log.warn('a job could not be kept', { job: job.id, error: messageOf(error) });
    }
  };

  const changed = (job: Job): void => {
    jobs.set(job.id, job);
    for (const wake of watchers.get(job.id) ?? []) wake();
  };

  for (const job of load(store, clock, log)) {
    jobs.set(job.id, job);
    if (job.state === 'interrupted') save(job);
  }

  const end = (one: Running, state: Job['state'], error: string | null): void => {
    running.delete(one.job.id);
    one.job = { ...one.job, state, error, endedAt: clock.now() };
    save(one.job);
    changed(one.job);
    for (const old of [...jobs.values()].slice(0, -KEPT)) if (!running.has(old.id)) jobs.delete(old.id);
    events.changed('jobs', one.job.project ?? undefined, [one.job.id]);
  };

  const work = async (one: Running, task: (job: JobHandle) => Promise<void>): Promise<void> => {
    const { signal } = one.abort;
    const { unit: own } = one.job;
    const progress = (done: number, total: number, label: string, unit = own): void => {
      if (one.job.state !== 'running') return;
      one.job = { ...one.job, done, total, label, unit };
      changed(one.job);
    };
    const stopped = (): Job['state'] => (one.interrupted ? 'interrupted' : 'cancelled');
    try {
      // a task that waits for the signal would wait for ever when it came before
      if (!signal.aborted) await task({ progress, signal });
      end(one, signal.aborted ? stopped() : 'done', null);
    } catch (error) {
      if (signal.aborted) return end(one, stopped(), null);
      if (!(error instanceof AppError))
        log.error('a job failed', { job: one.job.id, title: one.job.title, error: messageOf(error) });
      end(one, 'failed', messageOf(error));
    }
  };

  const find = (id: string): Job => {
    const job = jobs.get(id);
    if (!job)
      throw new AppError('NOT_FOUND', 'There is no such job (any more). Only the last 100 are kept.', { job: id });
    return job;
  };

  return {
    /** Starts work and returns the job's id at once. What the work throws becomes the job's error. */
    start({ title, project = null, unit }: JobSpec, task: (job: JobHandle) => Promise<void>): string {
      const job: Job = {
        id: randomUUID(),
        title,
        project,
        state: 'running',
        done: 0,
        total: 0,
        unit,
        label: '',
        error: null,
        startedAt: clock.now(),
        endedAt: null,
      };
      const one: Running = { job, abort: new AbortController(), ended: Promise.resolve(), interrupted: false };
      running.set(job.id, one);
      save(job);
      changed(job);
      events.changed('jobs', project ?? undefined, [job.id]);
      // in a later turn, so that the caller has the id before anything of the work happens
      one.ended = Promise.resolve().then(() => work(one, task));
      return job.id;
    },

    /** Newest first. */
    list: (): Job[] => [...jobs.values()].sort((a, b) => b.startedAt - a.startedAt),

    /** The job now, then its changes, at most ten a second; its end always comes, and is the last. */
    async *watch(id: string, signal?: AbortSignal): AsyncGenerator<Job, void, void> {
      find(id);
      let wake: () => void = () => {};
      const notify = (): void => wake();
      const of = watchers.get(id) ?? new Set();
      watchers.set(id, of.add(notify));
      signal?.addEventListener('abort', notify);
      try {
        let sent: Job | undefined;
        while (!signal?.aborted) {
          const job = jobs.get(id);
          if (job && job !== sent) {
            sent = job;
            yield job;
          }
          if (job?.state !== 'running') return;
          // it may have ended while the watcher was busy with what it got
          if (jobs.get(id)?.state !== 'running' || signal?.aborted) continue;
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, WATCH_MS);
            // only the end is worth waking up early for
            wake = () => {
              if (jobs.get(id)?.state === 'running' && !signal?.aborted) return;
              clearTimeout(timer);
              resolve();
            };
          });
          while (!signal?.aborted && jobs.get(id) === sent) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        }
      } finally {
        signal?.removeEventListener('abort', notify);
        of.delete(notify);
        if (of.size === 0) watchers.delete(id);
      }
    },

    /** Asks a job to stop; one that has ended stays as it is. */
    cancel(id: string): void {
      find(id);
      running.get(id)?.abort.abort();
    },

    /** Stops all work, which then counts as interrupted, and resolves when it has stopped. */
    async dispose(): Promise<void> {
      const all = [...running.values()];
      for (const one of all) {
        one.interrupted = !one.abort.signal.aborted;
        one.abort.abort();
      }
      await Promise.all(all.map((one) => one.ended));
    },
  };
}

function load(store: ReturnType<typeof createJobStore>, clock: Clock, log: Log): Job[] {
  try {
    return store.load(clock.now());
  } catch (error) {
    log.warn('the jobs of before could not be read', { error: messageOf(error) });
    return [];
  }
}
