import type { QueueItem, QueueState } from '../../../shared/contract/queue.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { isRunId } from '../../../shared/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { Events } from '../events.ts';
import type { GpuService } from '../gpu/service.ts';
import { activeRuns } from '../launch/active.ts';
import { allowedGpus } from '../launch/gpu-choice.ts';
import { isQueued, readRequest, type StoredRequest } from '../launch/run-folder.ts';
import type { LaunchService } from '../launch/service.ts';
import { queuedRuns } from '../launch/store.ts';
import { runFolder } from '../projects/layout.ts';
import type { OpenProject, ProjectLookup } from '../projects/open-project.ts';
import { acquire, release } from './lock.ts';
import { type Active, type Plan, plan } from './plan.ts';
import { inOrder, moved, readQueueFile, writeQueueFile } from './queue-file.ts';

const LOOK_AGAIN_MS = 2500;

type Deps = { projects: ProjectLookup; launch: LaunchService; gpu: GpuService; events: Events; log: Log };
type Item = StoredRequest & { run: string };

export type QueueService = ReturnType<typeof createQueue>;

/** Runs that wait for a free GPU or CPU slot, per project. Whichever process has the project open starts them; one of them at a time. */
export function createQueue({ projects, launch, gpu, events, log }: Deps) {
  const turns = new Map<string, { running: Promise<void>; again: boolean }>();
  const timers = new Map<string, NodeJS.Timeout>();
  let closed = false;

  const itemsOf = ({ root, db }: OpenProject): Item[] => {
    const indexed = queuedRuns(db);
    const trash = new Set(indexed.filter((one) => one.deleted).map((one) => one.run));
    const { order } = readQueueFile(root);
    const known = [...new Set([...order, ...indexed.map((one) => one.run)])].filter(
      (run) => isRunId(run) && !trash.has(run),
    );
    return inOrder(order, known).flatMap((run) => {
      const folder = runFolder(root, run);
      const request = isQueued(folder) ? readRequest(folder) : null;
      return request ? [{ ...request, run }] : [];
    });
  };

  /** Launched runs of a project that are under way, those included that its index does not know yet. */
  const activeIn = (project: OpenProject): (Active & { startedAt: number | null })[] => {
    const rows = activeRuns([project]).filter((row) => row.source === 'launch');
    const here = launch.startedHere().filter((one) => one.project === project.id);
    const unknown = here.filter((one) => !rows.some((row) => row.run === one.run));
    const nameOf = (run: string): string => readRequest(runFolder(project.root, run))?.name ?? run.slice(-8);
    return [...rows, ...unknown.map(({ run, gpus }) => ({ run, gpus, name: nameOf(run), startedAt: null }))];
  };

  const look = async (project: OpenProject, items: readonly Item[]): Promise<Plan> => {
    const { paused, cpuSlots } = readQueueFile(project.root);
    const state = items.some((item) => item.gpus !== 'none') ? await gpu.state() : null;
    return plan({
      waiting: items.map(({ run, gpus }) => ({ run, gpus })),
      active: activeIn(project),
      takenGpus: launch.takenGpus(),
      gpus: allowedGpus(state?.gpus ?? [], process.env),
      cpuSlots,
      paused,
      trusted: items.every((item) => launch.mayStart(project, item.run)),
    });
  };

  /** Starts what can be started, one after the other, because each start changes what the next one finds. */
  const turn = async (id: string): Promise<void> => {
    const project = projects.get(id);
    const items = itemsOf(project).filter((item) => launch.mayStart(project, item.run));
    if (items.length === 0 || closed) return release(project.root);
    if (!closed) lookAgain(id);
    if (!acquire(project.root)) return;
    const { starts } = await look(project, items);
    for (const { run, gpus } of starts) {
      if (closed) return;
      await launch.startQueued(id, run, gpus);
    }
  };

  const lookAgain = (id: string): void => {
    if (timers.has(id)) return;
    const timer = setTimeout(() => {
      timers.delete(id);
      wake(id);
    }, LOOK_AGAIN_MS);
    timers.set(id, timer.unref());
  };

  /** Asks for a turn; several calls while one is under way make one more. */
  const wake = (id: string): void => {
    const current = turns.get(id);
    if (current) {
      current.again = true;
      return;
    }
    if (closed) return;
    const mine = { again: false, running: Promise.resolve() };
    turns.set(id, mine);
    mine.running = turn(id)
      .catch((error: unknown) => log.warn('the queue could not be worked on', { project: id, error: messageOf(error) }))
      .finally(() => {
        turns.delete(id);
        if (mine.again) wake(id);
      });
  };

  const stopListening = events.listen(({ topic, project }) => {
    if (topic !== 'runs' && topic !== 'queue' && topic !== 'projects') return;
    // a run that ended in one project may free a GPU for another
    for (const one of projects.all()) if (one.id === project || topic !== 'queue') wake(one.id);
  });
  for (const project of projects.all()) wake(project.id);

  const change = async (
    id: string,
    edit: (order: string[]) => Partial<ReturnType<typeof readQueueFile>>,
  ): Promise<QueueState> => {
    const project = projects.get(id);
    const order = itemsOf(project).map((item) => item.run);
    writeQueueFile(project.root, { ...readQueueFile(project.root), order, ...edit(order) });
    events.changed('queue', id);
    return service.get(id);
  };

  const service = {
    async get(id: string): Promise<QueueState> {
      const project = projects.get(id);
      const items = itemsOf(project);
      const { paused, cpuSlots } = readQueueFile(project.root);
      const { reasons } = items.length > 0 ? await look(project, items) : { reasons: new Map<string, string>() };
      return {
        paused,
        cpuSlots,
        items: items.map((item) => described(item, reasons.get(item.run))),
        running: activeIn(project).map(({ run, name, startedAt, gpus }) => ({ run, name, startedAt, gpus: [...gpus] })),
      };
    },

    /** @throws AppError NOT_FOUND when the run does not wait */
    move: (id: string, run: string, before: string | null): Promise<QueueState> =>
      change(id, (order) => {
        if (!order.includes(run))
          throw new AppError('NOT_FOUND', 'This run is not waiting any more. Look at the list of runs.', { run });
        return { order: moved(order, run, before) };
      }),

    /** Takes a waiting run off the queue; it stays among the runs as stopped. One that has just started goes on. */
    async remove(id: string, run: string): Promise<QueueState> {
      if (itemsOf(projects.get(id)).some((item) => item.run === run)) await launch.stop({ project: id, runs: [run] });
      return service.get(id);
    },

    set: (id: string, { paused, cpuSlots }: { paused?: boolean; cpuSlots?: number }): Promise<QueueState> =>
      change(id, () => ({
        ...(paused === undefined ? {} : { paused }),
        ...(cpuSlots === undefined ? {} : { cpuSlots }),
      })),

    /** Looks at a project's queue now, e.g. when it was just opened. */
    wake,

    /** Starts nothing more. What waits goes on waiting for the next process that opens the project. */
    async dispose(): Promise<void> {
      closed = true;
      stopListening();
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all([...turns.values()].map((one) => one.running));
      for (const project of projects.all()) release(project.root);
    },
  };
  return service;
}

function described(item: Item, reason: string | undefined): QueueItem {
  return {
    run: item.run,
    name: item.name ?? item.run.slice(-8),
    experiment: item.experiment,
    command: item.command,
    queuedAt: item.createdAt,
    gpus: Array.isArray(item.gpus) ? item.gpus.join(', ') : item.gpus,
    waitingFor: reason ?? 'Starts in a moment.',
  };
}
