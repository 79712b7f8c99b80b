/**
 * `node runner.ts <run folder>`: the small process around one launched command (docs/decisions/0001). Starts it in a session of its own,
 * records how it ends, samples what it uses. Needs no host and outlives it. Imports nothing but Node and a few small files, so that it
 * starts quickly and stays small. On Windows it starts and records, but samples nothing.
 */
import { closeSync, openSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { spawnDetached } from './platform/process.ts';
import { bootId, startTimeOf } from './platform/process-identity.ts';
import { childEnv } from './runner/child-env.ts';
import { type Launch, readLaunch, writePatiently, writeWhole } from './runner/files.ts';
import { startSampler } from './runner/sampler.ts';
import { createStopper } from './runner/stopper.ts';

type Exit = { code: number | null; signal: string | null; peakMemoryBytes: number | null; error: string | null };

async function run(folder: string): Promise<void> {
  // a closed terminal is no reason to stop a training
  process.on('SIGHUP', () => {});
  const exit = await runCommand(folder, readLaunch(folder));
  await writePatiently(folder, 'exit.json', { ...exit, endedAt: Date.now(), by: 'wrapper' });
}

async function runCommand(folder: string, launch: Launch): Promise<Exit> {
  const [program, ...args] = launch.command;
  const stopper = createStopper(launch.graceSeconds);
  const notStarted = (code: number, error: string): Exit => ({ code, signal: null, peakMemoryBytes: null, error });
  if (!isFolder(launch.cwd))
    return notStarted(126, `The working folder ${launch.cwd} does not exist (any more). Choose another one.`);
  let fds: number[];
  try {
    fds = ['stdout.log', 'stderr.log'].map((name) => openSync(join(folder, name), 'a'));
  } catch (error) {
    return notStarted(126, `The run's output files could not be opened (${codeOf(error)}). Is the disk full?`);
  }
  const startedAt = Date.now();
  const child = spawnDetached(program, args, {
    cwd: launch.cwd,
    env: childEnv(process.env),
    stdout: fds[0]!,
    stderr: fds[1]!,
    keep: true,
  });
  for (const fd of fds) closeSync(fd);
  if (child.pid === undefined) {
    const error = await child.ended.then(
      () => null,
      (cause: unknown) => cause,
    );
    return notStarted(codeOf(error) === 'ENOENT' ? 127 : 126, whyNotStarted(program, error));
  }
  const pid = child.pid;
  const sampler = startSampler(join(folder, 'system.ndjson'), pid, startedAt, launch.gpus);
  stopper.leads(pid);
  announce(folder, pid);
  const { code, signal } = await child.ended;
  await stopper.finished();
  return { code, signal, peakMemoryBytes: sampler.stop(), error: null };
}

/** Without `process.json` a host cannot find this run again; on a full disk it is tried again, the command goes on meanwhile. */
function announce(folder: string, pid: number): void {
  const identity = {
    wrapper: { pid: process.pid, startTime: startTimeOf(process.pid) ?? '' },
    child: { pid, startTime: startTimeOf(pid) ?? '', pgid: pid },
    host: hostname(),
    bootId: bootId(),
  };
  try {
    writeWhole(folder, 'process.json', identity);
  } catch {
    void writePatiently(folder, 'process.json', identity);
  }
}

function whyNotStarted(program: string, error: unknown): string {
  const reasons: Record<string, string> = {
    ENOENT: `The command "${program}" was not found. Check its spelling, or give its full path.`,
    EACCES: `"${program}" may not be run: it is not executable. Run it through its interpreter, or make it executable.`,
    E2BIG: 'The command line and its environment are too long for this system. Pass long values in a file.',
    ENOEXEC: `"${program}" is not a program for this machine.`,
  };
  return reasons[codeOf(error)] ?? `"${program}" could not be started (${codeOf(error)}).`;
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? error);
const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

await run(process.argv[2]!);
// a nvidia-smi that hangs must not keep this process
process.exit(0);
