import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { StartRequest } from '../../shared/contract/runs.ts';
import { decodeSeries } from '../../shared/layout/series.ts';
import { readJson } from '../platform/files.ts';
import { type HostProcess, startHost, until } from '../testing/host-process.ts';

/** A training script that needs no Python: logs `steps` points of `loss` at 1,000 a second to the run's own file, as the SDK does. */
export const TRAIN = `
import { closeSync, openSync, writeSync } from 'node:fs';
const steps = Number(process.argv[2]);
const code = Number(process.argv[3] ?? 0);
const log = openSync(process.env.ASSAY_RUN_DIR + '/log.ndjson', 'a');
writeSync(log, JSON.stringify({ t: Date.now() / 1000, p: { steps } }) + '\\n');
let step = 0;
const timer = setInterval(() => {
  let lines = '';
  for (let i = 0; i < 10 && step < steps; i++, step++) lines += JSON.stringify({ t: Date.now() / 1000, s: step, m: { loss: 1 / (step + 1) } }) + '\\n';
  if (lines) writeSync(log, lines);
  if (step >= steps) {
    clearInterval(timer);
    closeSync(log);
    console.log('done');
    process.exitCode = code;
  }
}, 10);
`;

/** A host with one project open. */
export type Opened = HostProcess & { project: string };
export type HostOptions = {
  env?: NodeJS.ProcessEnv;
  /** words to put before the host's command, such as `sh -c 'ulimit …; exec "$@"' sh` */
  around?: readonly string[];
  trusted?: boolean;
};
export type World = ReturnType<typeof makeWorld>;

/** A data folder and a project of a test's own. */
export function makeWorld(name = 'project') {
  const folder = mkdtempSync(join(tmpdir(), 'assay-acceptance-'));
  const root = join(folder, name);
  const home = join(folder, 'home');
  mkdirSync(join(root, '.assay', 'runs'), { recursive: true });
  writeFileSync(join(root, 'train.mjs'), TRAIN);
  return {
    folder,
    root,
    home,
    run: (id: string, ...path: string[]): string => join(root, '.assay', 'runs', id, ...path),
    /** A host with the project open and, unless told, trusted. */
    async host({ env, around, trusted = true }: HostOptions = {}): Promise<Opened> {
      const host = await startHost(home, root, env, around);
      const project = (await host.client.projects.list())[0]!;
      await host.client.projects.trust({ project: project.id, trusted });
      return { ...host, project: project.id };
    },
    dispose: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Worlds for the tests of a file: hosts are killed and folders removed after each test. */
export function worlds(): (name?: string) => World {
  const tidy: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const work of tidy.splice(0).reverse()) await work();
  });
  return (name) => {
    const made = makeWorld(name);
    tidy.push(made.dispose);
    return {
      ...made,
      async host(options) {
        const host = await made.host(options);
        tidy.push(host.kill);
        return host;
      },
    };
  };
}

/** Starts this Node in the project, without a GPU. */
export async function startNode(
  host: Opened,
  args: readonly string[],
  more: Partial<StartRequest> = {},
): Promise<string> {
  const request = { command: [process.execPath, ...args], gpus: 'none' as const, ...more };
  return (await host.client.runs.start({ project: host.project, request })).run;
}

export const get = (host: Opened, run: string) => host.client.runs.get({ project: host.project, run });

/** The run when it has ended. */
export const ended = (host: Opened, run: string, timeoutMs?: number) =>
  until(
    () => get(host, run),
    (row) => row.status !== 'running' && row.status !== 'queued',
    timeoutMs,
  );

/** All points of a metric. */
export async function points(host: Opened, run: string, key = 'loss') {
  const blob = await host.client.metrics.series({
    project: host.project,
    series: [{ run, key }],
    maxPoints: 1_000_000,
  });
  const [series] = decodeSeries(await blob.arrayBuffer());
  return { step: Array.from(series!.step), time: Array.from(series!.time), value: Array.from(series!.value) };
}

export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** `process.json` of a run's folder; null while it is not there. */
export function processOf(folder: string): { wrapper: { pid: number } | null; child: { pid: number } } | null {
  return readJson(join(folder, 'process.json')) as ReturnType<typeof processOf>;
}
