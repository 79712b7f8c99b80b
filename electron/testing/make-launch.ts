import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Settings } from '../../shared/contract/settings.ts';
import { systemClock } from '../platform/clock.ts';
import { silentLog } from '../platform/log.ts';
import { killGroup } from '../platform/process.ts';
import { createDatasets } from '../services/datasets/service.ts';
import { createEvents } from '../services/events.ts';
import { createGit } from '../services/git/service.ts';
import { createGpu } from '../services/gpu/service.ts';
import { createReader } from '../services/ingest/reader.ts';
import { createLaunch } from '../services/launch/service.ts';
import { until } from '../services/launch/wait.ts';
import { initProject } from '../services/projects/init.ts';
import { runFolder, runsFolder } from '../services/projects/layout.ts';
import { createProjects } from '../services/projects/service.ts';
import { createPython } from '../services/python/service.ts';

export type LaunchBench = ReturnType<typeof makeLaunch>;

/** A project in a folder of a given name, with everything that starts runs in it: real files, real processes, no window. */
export function makeLaunch(
  options: { name?: string; trusted?: boolean; env?: NodeJS.ProcessEnv; graceSeconds?: number } = {},
) {
  const { name = 'project', trusted = true, env = { PATH: '' }, graceSeconds = 2 } = options;
  const base = mkdtempSync(join(tmpdir(), 'assay-launch-'));
  const root = join(base, name);
  mkdirSync(root, { recursive: true });
  initProject(root);
  const data = join(base, 'data');
  const log = silentLog;
  const events = createEvents();
  const projects = createProjects({ folder: data, keeper: createReader(), events, log, clock: systemClock });
  const project = projects.open(root, { trusted });
  const git = createGit({ log });
  const gpu = createGpu({ log, clock: systemClock, activeRuns: () => [], env });
  const python = createPython({ projects, folder: data, env, home: base });
  const settings = Settings.parse({ stopGraceSeconds: graceSeconds, maxUntrackedFileBytes: 10_000 });
  const datasets = createDatasets({ projects, git });
  const launch = createLaunch({
    projects,
    git,
    python,
    gpu,
    data: datasets,
    settings: { get: () => settings },
    events,
    log,
    clock: systemClock,
    sync: projects.sync,
    sdkPath: join(base, 'sdk'),
    runnerPath: join(import.meta.dirname, '..', 'runner.ts'),
    nodePath: process.execPath,
    cacheFolder: join(tmpdir(), 'assay-test-cache'),
  });
  const folder = (run: string): string => runFolder(project.root, run);
  const read = (run: string, file: string): Record<string, unknown> =>
    JSON.parse(readFileSync(join(folder(run), file), 'utf8')) as Record<string, unknown>;
  /** Resolves when a file of the run is there and, where asked, holds some text. */
  const appears = async (run: string, file: string, text = ''): Promise<void> => {
    const path = join(folder(run), file);
    const there = (): boolean => existsSync(path) && readFileSync(path, 'utf8').includes(text);
    if (!(await until(folder(run), there, 20_000))) throw new Error(`${file} of the run did not come: ${text}`);
  };

  return {
    base,
    root: project.root,
    project: project.id,
    projects,
    events,
    gpu,
    git,
    launch,
    datasets,
    settings,
    folder,
    read,
    text: (run: string, file: string): string => readFileSync(join(folder(run), file), 'utf8'),
    has: (run: string, file: string): boolean => existsSync(join(folder(run), file)),
    /** Writes a script into the project. */
    script(path: string, code: string): void {
      writeFileSync(join(project.root, path), code);
    },
    /** Starts `node <args>` as a run and returns its id. */
    async node(args: string[], request: Partial<Parameters<typeof launch.start>[0]['request']> = {}): Promise<string> {
      const { run } = await launch.start({
        project: project.id,
        request: { command: [process.execPath, ...args], ...request },
      });
      return run;
    },
    appears,
    /** How the run ended. */
    async ended(run: string): Promise<Record<string, unknown>> {
      await appears(run, 'exit.json');
      return read(run, 'exit.json');
    },
    async dispose(): Promise<void> {
      for (const run of readdirSync(runsFolder(project.root))) {
        if (existsSync(join(folder(run), 'process.json')) && !existsSync(join(folder(run), 'exit.json')))
          killGroup((read(run, 'process.json').child as { pgid: number }).pgid, 'SIGKILL');
      }
      await launch.dispose();
      await datasets.dispose();
      await git.dispose();
      await projects.dispose();
      rmSync(base, { recursive: true, force: true });
    },
  };
}
