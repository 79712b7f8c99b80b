import { join, relative } from 'node:path';
import type { Interpreter } from '../../../shared/contract/python.ts';
import type { Settings } from '../../../shared/contract/settings.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { makeFolder, writeFileAtomic } from '../../platform/files.ts';
import type { Log } from '../../platform/log.ts';
import { resolveInside } from '../../platform/paths.ts';
import { spawnDetached } from '../../platform/process.ts';
import { runnerEnv } from '../../runner/child-env.ts';
import type { GitService } from '../git/service.ts';
import type { GpuService } from '../gpu/service.ts';
import type { OpenProject } from '../projects/open-project.ts';
import type { PythonService } from '../python/service.ts';
import { type DataOf, dataUsed } from './data-used.ts';
import { launchEnvironment, recordedEnvironment } from './environment.ts';
import { hostInfo } from './host-info.ts';
import { isPythonWord, pythonPath } from './name.ts';
import { capturePackages } from './packages.ts';
import { has, type StoredRequest, writeExit, writeRequest } from './run-folder.ts';
import { until } from './wait.ts';

/** The runner holds a few kilobytes; a small heap keeps V8 from taking more because it can. */
const RUNNER_FLAGS = ['--max-old-space-size=32', '--max-semi-space-size=1'];
const APPEARS_MS = 10_000;

export type StarterDeps = {
  git: GitService;
  python: PythonService;
  gpu: GpuService;
  data: DataOf;
  settings: { get(): Settings };
  log: Log;
  clock: Clock;
  /** `resources/python` */
  sdkPath: string;
  /** `electron/runner.ts`, or its bundle */
  runnerPath: string;
  /** the Node that runs it */
  nodePath: string;
  /** for compiled code, so that the runner starts quickly and stays small */
  cacheFolder: string;
};

export type StartPlan = {
  readonly project: OpenProject;
  readonly run: string;
  readonly folder: string;
  /** as stored, but with the secrets in `env` */
  readonly request: StoredRequest;
  /** null leaves `CUDA_VISIBLE_DEVICES` to the environment */
  readonly gpus: readonly number[] | null;
  /** Called when all of it is on the disk, right before the command starts. */
  readonly onWritten?: () => void;
};

/** Turns a request into a running process: writes down what it starts from, then starts it. The run's folder is claimed by the caller. */
export function createStarter(deps: StarterDeps) {
  const { git, python, gpu, settings, log, clock } = deps;
  const capturing = new Set<Promise<void>>();

  const codeOf = async (root: string, folder: string): Promise<object | null> => {
    try {
      const { maxUntrackedFileBytes, maxPatchBytes } = settings.get();
      const code = await git.capture(root, { maxUntrackedFileBytes, maxPatchBytes });
      if (!code) return null;
      const { patch, ...rest } = code;
      if (patch) writeFileAtomic(join(folder, 'patch.diff'), patch);
      return { ...rest, patch: patch ? 'patch.diff' : null };
    } catch (error) {
      log.warn('the code of a run could not be captured', { error: messageOf(error) });
      return null;
    }
  };

  const keepPackages = (folder: string, interpreter: Interpreter): void => {
    const running = capturePackages(folder, interpreter.executable, log).finally(() => capturing.delete(running));
    capturing.add(running);
  };

  return {
    /**
     * What must be right before a run may exist, so that a mistake is told at once and leaves nothing behind.
     * @throws AppError BAD_REQUEST, NOT_FOUND, UNAVAILABLE
     */
    async check(
      project: OpenProject,
      request: { command: readonly string[]; cwd: string; interpreter: string | null; datasets: readonly string[] },
    ): Promise<Interpreter | null> {
      resolveInside(project.root, request.cwd);
      for (const path of request.datasets) resolveInside(project.root, path);
      const interpreter = await python.choose(project.id, request.interpreter);
      if (!interpreter && isPythonWord(request.command[0])) {
        throw new AppError(
          'UNAVAILABLE',
          'No Python was found on this machine, so this command cannot be started. Install Python (python.org, "uv python install" or your package manager) and try again.',
        );
      }
      return interpreter;
    },

    /** Starts it. Resolves when the process runs, or when it is known that it could not be started (then `exit.json` says why). */
    async start({ project, run, folder, request, gpus, onWritten }: StartPlan): Promise<void> {
      const { root, id } = project;
      const cwd = resolveInside(root, request.cwd);
      const [program, ...args] = request.command as [string, ...string[]];
      const named = pythonPath(program, cwd);
      // a path that turns out to be no Python is started all the same: it is what the person asked for
      const interpreter = named
        ? await python.choose(id, named).catch(() => null)
        : await python.choose(id, request.interpreter);
      const usesPython = interpreter !== null && (named !== null || isPythonWord(program));
      const command: [string, ...string[]] = [usesPython && !named ? interpreter.executable : program, ...args];
      const env = launchEnvironment(process.env, request.env, {
        root,
        run,
        folder,
        sdkPath: deps.sdkPath,
        interpreter,
        gpus,
      });
      const isCode = async (path: string): Promise<boolean> =>
        (await git.trackedFiles(root, path).catch(() => [])).length > 0;
      const [code, machine, datasets] = await Promise.all([
        codeOf(root, folder),
        gpu.state(),
        dataUsed(deps.data, { project, request, isCode }, log),
      ]);
      const identity = {
        version: 1,
        id: run,
        name: request.name,
        experiment: request.experiment,
        source: 'launch',
        createdAt: request.createdAt,
        startedAt: clock.now(),
        command: request.command,
        cwd: relative(root, cwd) || '.',
        group: request.group,
        parent: null,
        tags: request.tags,
        note: request.note,
        python: usesPython
          ? { executable: interpreter.executable, version: interpreter.version, kind: interpreter.kind }
          : null,
        git: code,
        host: hostInfo(machine.gpus),
        env: recordedEnvironment(env, request.env),
        gpus: gpus ?? [],
        restartOf: request.restartOf,
        datasets,
      };
      const launch = { command, cwd, graceSeconds: settings.get().stopGraceSeconds, gpus: gpus ?? null };
      makeFolder(deps.cacheFolder);
      writeFileAtomic(join(folder, 'launch.json'), JSON.stringify(launch));
      // written only now, so that nobody takes a run that starts at once for a waiting one
      if (!has(folder, 'request.json')) writeRequest(folder, request);
      writeFileAtomic(join(folder, 'run.json'), JSON.stringify(identity, null, 2));
      onWritten?.();
      const runner = spawnDetached(deps.nodePath, [...RUNNER_FLAGS, deps.runnerPath, folder], {
        cwd: root,
        env: { ...runnerEnv(env), NODE_COMPILE_CACHE: deps.cacheFolder },
      });
      if (usesPython && settings.get().capturePackages) keepPackages(folder, interpreter);
      let ended = false;
      void runner.ended.then(
        () => {
          ended = true;
        },
        (error: unknown) => {
          ended = true;
          log.error('the runner could not be started', { error: messageOf(error) });
        },
      );
      const announced = (): boolean => has(folder, 'process.json') || has(folder, 'exit.json');
      if ((await until(folder, () => ended || announced(), APPEARS_MS)) && announced()) return;
      const error = 'The process around the command could not be started. The log of Assay has the details.';
      if (ended) writeExit(folder, { code: null, signal: null, endedAt: clock.now(), error });
    },

    /** Waits for what is still being written down about started runs. */
    async settle(): Promise<void> {
      await Promise.all(capturing);
    },
  };
}
