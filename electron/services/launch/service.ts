import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type RunStatus, StartRequest } from '../../../shared/contract/runs.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { newRunId } from '../../../shared/ids.ts';
import type { Events } from '../events.ts';
import { readState, thisMachine } from '../ingest/state.ts';
import { runsFolder } from '../projects/layout.ts';
import type { OpenProject, ProjectLookup } from '../projects/open-project.ts';
import { enqueue } from '../queue/queue-file.ts';
import { activeRuns } from './active.ts';
import { requestAgain, withoutMasks } from './again.ts';
import { allowedGpus, chooseNow } from './gpu-choice.ts';
import { defaultName } from './name.ts';
import {
  claim,
  dropSecrets,
  folderOf,
  has,
  isQueued,
  keepSecrets,
  makeRunFolder,
  readRequest,
  readSecrets,
  type StoredRequest,
  writeExit,
  writeRequest,
} from './run-folder.ts';
import { createStarter, type StarterDeps, type StartPlan } from './starter.ts';
import { type StopOptions, stopRun } from './stopper.ts';

type Deps = StarterDeps & {
  projects: ProjectLookup;
  events: Events;
  /** Brings the index of a project up to date, so that a run that was just started is found in it. */
  sync: (project: string) => Promise<void>;
};

type StartInput = { project: string; request: StartRequest };
type Started = { run: string; status: RunStatus };

export type LaunchService = ReturnType<typeof createLaunch>;

/** Starts and stops runs. A run belongs to its files: nothing here must stay alive for it. */
export function createLaunch(deps: Deps) {
  const { projects, gpu, settings, events, clock, log, sync } = deps;
  const starter = createStarter(deps);
  const machine = thisMachine();
  /** runs that this process started, until they end; the index may not know them yet */
  const started = new Map<string, { project: string; folder: string; gpus: readonly number[] }>();
  /** those of them whose files are not all written yet, so that they look as if nothing were there */
  const starting = new Set<string>();
  /** waiting runs that a person asked for in their own terminal, in a project that is not trusted otherwise */
  const approved = new Set<string>();

  const tell = async (project: string, run: string, queue: boolean): Promise<void> => {
    await sync(project).catch((error: unknown) => log.warn('the index lags behind', { error: messageOf(error) }));
    events.changed('runs', project, [run]);
    if (queue) events.changed('queue', project, [run]);
  };

  const launchRun = async (plan: StartPlan): Promise<void> => {
    const { project, run, folder, gpus } = plan;
    started.set(run, { project: project.id, folder, gpus: gpus ?? [] });
    starting.add(run);
    try {
      await starter.start(plan);
    } finally {
      starting.delete(run);
    }
  };

  const startNow = async (project: OpenProject, run: string, folder: string, request: StoredRequest): Promise<void> => {
    const state = await gpu.state();
    const gpus = chooseNow(request.gpus, allowedGpus(state.gpus, process.env), service.takenGpus());
    await launchRun({ project, run, folder, request, gpus });
  };

  const startClaimed = async (...of: Parameters<typeof startNow>): Promise<void> => {
    const release = claim(of[2]);
    try {
      await startNow(...of);
    } finally {
      release?.();
    }
  };

  const service = {
    /**
     * Starts a run, or puts it into the queue. Resolves when its process runs or is known not to start (its `exit.json` then says why).
     * @param options.trusted a person typed the command into their own terminal: no trust in the repository is needed
     * @throws AppError FORBIDDEN in a project nobody trusts, BAD_REQUEST, NOT_FOUND, UNAVAILABLE
     */
    async start({ project: id, request: input }: StartInput, options: { trusted?: boolean } = {}): Promise<Started> {
      const project = projects.get(id);
      if (!project.trusted && !options.trusted) {
        throw new AppError(
          'FORBIDDEN',
          'This project is not trusted yet, so nothing in it is started. Look at its files; if you know where it comes from, press "Trust this project".',
          { reason: 'untrusted' },
        );
      }
      const parsed = StartRequest.parse(input);
      const request = { ...parsed, env: withoutMasks(parsed.env, process.env) };
      await starter.check(project, request);
      const now = clock.now();
      const run = newRunId(now);
      const name = request.name?.trim() || defaultName(request.command, run);
      const stored = { ...request, name, named: request.name !== null, createdAt: now };
      const folder = folderOf(project.root, run);
      try {
        makeRunFolder(project.root, folder);
        if (request.queue) {
          keepSecrets(folder, request.env);
          writeRequest(folder, stored);
          if (options.trusted) approved.add(run);
          enqueue(project.root, run);
        } else await startClaimed(project, run, folder, stored);
      } catch (error) {
        // it never began: nothing of it stays
        if (!has(folder, 'run.json')) rmSync(folder, { recursive: true, force: true });
        throw error;
      }
      await tell(id, run, request.queue);
      return { run, status: readState(folder, !request.queue, machine).status };
    },

    /**
     * Starts a waiting run on the given GPUs (null leaves them to the environment). False when it waits no more, or somebody else is at it.
     * What cannot be started is ended with the reason, so that it does not block the queue.
     */
    async startQueued(id: string, run: string, gpus: readonly number[] | null): Promise<boolean> {
      const project = projects.get(id);
      const folder = folderOf(project.root, run);
      const release = claim(folder);
      if (!release) return false;
      try {
        const stored = isQueued(folder) ? readRequest(folder) : null;
        if (!stored) return false;
        const request = { ...stored, env: { ...stored.env, ...readSecrets(folder) } };
        try {
          await starter.check(project, request);
          await launchRun({ project, run, folder, request, gpus, onWritten: () => dropSecrets(folder) });
        } catch (error) {
          if (has(folder, 'exit.json')) throw error;
          writeExit(folder, { code: null, signal: null, endedAt: clock.now(), error: messageOf(error) });
          dropSecrets(folder);
        }
        approved.delete(run);
      } finally {
        release();
      }
      await tell(id, run, true);
      return true;
    },

    /** May a waiting run of this project be started by this process? */
    mayStart: (project: OpenProject, run: string): boolean => project.trusted || approved.has(run),

    /** Runs that this process started and that have not ended. */
    startedHere(): { run: string; project: string; gpus: readonly number[]; folder: string }[] {
      for (const [run, { folder }] of started)
        if (!starting.has(run) && (has(folder, 'exit.json') || readState(folder, true, machine).status === 'lost'))
          started.delete(run);
      return [...started].map(([run, one]) => ({ run, ...one }));
    },

    /** GPUs that runs of any open project hold. */
    takenGpus: (): Set<number> =>
      new Set([...activeRuns(projects.all()), ...service.startedHere()].flatMap((one) => one.gpus)),

    /** Stops runs: waiting ones leave the queue, running ones get TERM and, after the grace, KILL. Those that have ended stay as they are. */
    async stop(
      { project: id, runs }: { project: string; runs: readonly string[] },
      options: StopOptions = {},
    ): Promise<void> {
      const { root } = projects.get(id);
      const grace = settings.get().stopGraceSeconds;
      const results = await Promise.allSettled(runs.map((run) => stopRun(folderOf(root, run), grace, options, clock)));
      await sync(id).catch(() => {});
      events.changed('runs', id, runs);
      events.changed('queue', id, runs);
      const failed = results.find((one) => one.status === 'rejected');
      if (failed) throw failed.reason;
    },

    /** The request of a past run, to edit and start again; secrets come masked. */
    async request({ project: id, run }: { project: string; run: string }): Promise<StartRequest> {
      const { root } = projects.get(id);
      return requestAgain(root, folderOf(root, run), run);
    },

    /** True when a run that was started has neither an end nor a living process. */
    vanished(id: string, run: string): boolean {
      const folder = join(runsFolder(projects.get(id).root), run);
      return readState(folder, has(folder, 'run.json'), machine).status === 'lost';
    },

    /** Waits for what is still being written down about started runs. The runs themselves need nobody. */
    dispose: (): Promise<void> => starter.settle(),
  };
  return service;
}
