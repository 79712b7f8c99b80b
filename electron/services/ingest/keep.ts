import { messageOf } from '../../../shared/errors.ts';
import { isRunId } from '../../../shared/ids.ts';
import { runFolder, runsFolder } from '../projects/layout.ts';
import { createAnnouncer } from './announce.ts';
import { openIndexSession } from './index-session.ts';
import { createLock, lockPathOf } from './lock.ts';
import type { Attached, FromWorker } from './messages.ts';
import { createTurns } from './turns.ts';
import { createWatches } from './watches.ts';

export type Keeping = { sync(): Promise<void>; touch(run: string): void; dispose(): Promise<void> };

/** A run that writes without pause is read this often, which is also how often others hear of it. */
const RUN_EVERY_MS = 125;
/** Writers write in bursts: one look for several of them. */
const SETTLE_MS = 10;
/** Liveness of running runs, and everything else where the system gives notice of writes. */
const ACTIVE_MS = 1000;
/** Where it does not (network file systems, no inotify left). */
const POLL_MS = 250;
const IDLE_MS = 2000;
const LOCK_MS = 1000;
const QUEUED_MS = 5000;
/** Other processes of a run may still write when the first of them says that it has ended. */
const LINGER_MS = 30_000;

type Waiter = { resolve(): void; reject(error: unknown): void };

/**
 * Keeps one index up to date while its project is open. The owner of the lock reads all the time; any other process only looks whether
 * somebody wrote to the index, and takes the lock over when its owner is gone. Asked by `sync` or `touch`, both read at once.
 */
export function keepUpToDate(project: Attached, token: string, tell: (message: FromWorker) => void): Keeping {
  const { id, root, indexPath } = project;
  const announce = createAnnouncer(id, tell);
  const index = openIndexSession(root, indexPath, () => {
    version = null;
    wanted.scan = true;
    tell({ type: 'replaced', project: id });
    announce.anything();
  });
  const lock = createLock(lockPathOf(indexPath), token);
  const wanted = { scan: true, runs: new Set<string>(), waiters: [] as Waiter[] };
  /** What could not be read: wanted again with the next tick or `sync`, because nothing else may ever tell of it. */
  const failed = { scan: false, runs: new Set<string>() };
  const wantFailed = (): void => {
    wanted.scan ||= failed.scan;
    for (const run of failed.runs) wanted.runs.add(run);
    failed.scan = false;
    failed.runs.clear();
  };
  const watches = createWatches(
    (name) => {
      if (isRunId(name) || name.startsWith('.wake-')) later('', SETTLE_MS);
    },
    (run) => later(run, Math.max(SETTLE_MS, (lastRead.get(run) ?? 0) + RUN_EVERY_MS - performance.now())),
  );
  const lastRead = new Map<string, number>();
  const timers = new Map<string, NodeJS.Timeout>();
  const last = { lock: 0, active: 0, queued: 0 };
  let active: { running: string[]; queued: string[]; waiting: string[] } = { running: [], queued: [], waiting: [] };
  /** Runs that ended a moment ago, and when they need no more looks. */
  const lingering = new Map<string, number>();
  const moving = (): string[] => [...active.running, ...active.waiting, ...lingering.keys()];
  const turn = createTurns();
  let version: number | null = null;
  let owner = false;
  let busy: Promise<void> | null = null;
  let closed = false;
  const ending = new AbortController();
  let complaint = '';
  let resting = true;

  /** Looks at a run (or, for '', at the folder of runs) a little later; once for many events. */
  const later = (run: string, delay: number): void => {
    if (closed || !owner || timers.has(run)) return;
    timers.set(
      run,
      setTimeout(() => {
        timers.delete(run);
        if (run === '') wanted.scan = true;
        else wanted.runs.add(run);
        pump();
      }, delay),
    );
  };

  const readRun = async (run: string): Promise<void> => {
    // the clock of the machine may go back
    lastRead.set(run, performance.now());
    const change = await index.guarded(({ ingester }) => ingester.ingestInTurns(run, turn));
    announce.run(run, change);
    if (change.row) await refresh();
  };

  const scan = async (): Promise<void> => {
    watches.root(runsFolder(root));
    const waiting = await index.catchUp({
      onChange: announce.run,
      onProgress: announce.flushNowAndThen,
      signal: ending.signal,
    });
    await refresh(waiting);
  };

  /** Which runs may still write. */
  const refresh = async (waiting = active.waiting): Promise<void> => {
    const before = active.running;
    await index.guarded(({ db }) => {
      const having = (status: string): string[] =>
        db.prepare('SELECT id FROM runs WHERE status = ?').pluck().all(status) as string[];
      active = { running: having('running'), queued: having('queued'), waiting: waiting.filter(isRecent) };
    });
    for (const run of before) if (!active.running.includes(run)) lingering.set(run, Date.now() + LINGER_MS);
    for (const run of active.running) lingering.delete(run);
    watch();
  };

  const watch = (): void => {
    const all = owner ? [...moving(), ...active.queued] : [];
    watches.runs(new Map(all.map((run) => [run, runFolder(root, run)])));
    for (const run of lastRead.keys()) if (!all.includes(run)) lastRead.delete(run);
  };

  const work = async (): Promise<void> => {
    while (!closed && (wanted.scan || wanted.runs.size > 0 || wanted.waiters.length > 0)) {
      const waiters = wanted.waiters.splice(0);
      const runs = [...wanted.runs];
      const unread = new Set(runs);
      const scanning = wanted.scan || waiters.length > 0;
      wanted.runs.clear();
      wanted.scan = false;
      resting = false;
      try {
        for (const run of runs) {
          await readRun(run);
          unread.delete(run);
        }
        if (scanning) await scan();
        complaint = '';
        for (const waiter of waiters) waiter.resolve();
      } catch (error) {
        for (const waiter of waiters) waiter.reject(error);
        for (const run of unread) failed.runs.add(run);
        failed.scan ||= scanning;
        complain(error);
      }
      announce.flush();
    }
  };

  const pump = (): void => {
    if (closed || busy) return;
    busy = work().finally(() => {
      busy = null;
      if (wanted.scan || wanted.runs.size > 0 || wanted.waiters.length > 0) pump();
    });
  };

  /** Says once, not each second, what is wrong. */
  const complain = (error: unknown): void => {
    const message = messageOf(error);
    if (message !== complaint)
      tell({ type: 'warn', message: 'a project could not be read', data: { root, error: message } });
    complaint = message;
  };

  /** Another process has written to the index. */
  const noticeOthers = async (): Promise<void> => {
    const now = await index.guarded(({ db }) => db.pragma('data_version', { simple: true }) as number);
    if (version !== null && now !== version) {
      announce.anything();
      await refresh();
    }
    version = now;
  };

  const due = (what: keyof typeof last, every: number): boolean => {
    const now = Date.now();
    // a timer may come a little early
    if (now >= last[what] && now - last[what] < every * 0.9) return false;
    last[what] = now;
    return true;
  };

  const tick = async (): Promise<void> => {
    if (due('lock', LOCK_MS)) {
      const owned = owner;
      owner = lock.acquire();
      if (owner && !owned) wanted.scan = true;
    }
    if (index.isReplaced()) wanted.scan = true;
    wantFailed();
    if (!busy) await noticeOthers();
    if (!owner) return;
    let over = false;
    for (const [run, end] of lingering) if (Date.now() > end) over = lingering.delete(run) || over;
    if (over) watch();
    if (due('active', watches.complete() ? ACTIVE_MS : POLL_MS)) for (const run of moving()) wanted.runs.add(run);
    if (due('queued', QUEUED_MS)) for (const run of active.queued) wanted.runs.add(run);
    if (watches.rootChanged(runsFolder(root))) wanted.scan = true;
    if (moving().length === 0 && !resting && !busy && !wanted.scan) {
      resting = true;
      index.rest();
    }
  };

  const pause = (): number => {
    if (!owner) return POLL_MS;
    if (moving().length === 0) return IDLE_MS;
    return watches.complete() ? ACTIVE_MS : POLL_MS;
  };

  let timer: NodeJS.Timeout;
  let ticking: Promise<void>;
  const loop = (): void => {
    ticking = tick()
      .catch(complain)
      .finally(() => {
        if (closed) return;
        announce.flush();
        if (wanted.scan || wanted.runs.size > 0) pump();
        timer = setTimeout(loop, pause());
      });
  };
  loop();

  return {
    sync: () =>
      new Promise((resolve, reject) => {
        wanted.waiters.push({ resolve, reject });
        wantFailed();
        pump();
      }),
    touch(run) {
      wanted.runs.add(run);
      pump();
    },
    async dispose() {
      closed = true;
      ending.abort();
      clearTimeout(timer);
      for (const one of timers.values()) clearTimeout(one);
      watches.close();
      // a look that is under way would open the index again behind us
      await ticking;
      await busy;
      for (const waiter of wanted.waiters.splice(0)) waiter.resolve();
      index.close();
      lock.release();
    },
  };

  function isRecent(run: string): boolean {
    return watches.age(runFolder(root, run)) < 60_000;
  }
}
