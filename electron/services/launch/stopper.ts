import { hostname } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { writeFileAtomic } from '../../platform/files.ts';
import { killGroup, killOne } from '../../platform/process.ts';
import { isRunning } from '../../platform/process-identity.ts';
import { claim, dropSecrets, has, isQueued, type ProcessFile, readProcessFile, writeExit } from './run-folder.ts';
import { until } from './wait.ts';

export type StopOptions = {
  /** who asks; `page` unless told */
  readonly by?: 'page' | 'cli';
  /** KILL at once, without TERM and grace */
  readonly kill?: boolean;
};

const STARTING_MS = 15_000;
/** How long the kernel may take after KILL. */
const KILLED_MS = 5000;

/**
 * Ends one run, whatever state it is in; nothing happens to one that has ended. Resolves when a run with a wrapper has been told to
 * stop (the wrapper does the rest, whoever lives), else when its process is gone.
 * @throws AppError CONFLICT when it runs on another machine
 */
export async function stopRun(folder: string, graceSeconds: number, options: StopOptions, clock: Clock): Promise<void> {
  if (has(folder, 'exit.json')) return;
  if (isQueued(folder) && takeOffQueue(folder, options, clock)) return;
  await until(
    folder,
    () => has(folder, 'process.json') || has(folder, 'exit.json'),
    // whoever holds the claim is starting it: what it starts from is still being taken down
    has(folder, 'run.json') || has(folder, 'claim.json') ? STARTING_MS : 0,
  );
  const file = readProcessFile(folder);
  if (!file || has(folder, 'exit.json')) return;
  if (file.host !== undefined && file.host !== hostname()) {
    throw new AppError('CONFLICT', `This run is on another machine (${file.host}). Stop it there.`, {
      host: file.host,
    });
  }
  const wrapped = isRunning(file.wrapper);
  if (!wrapped && !isRunning(file.child)) return;
  askToStop(folder, options, clock);
  if (wrapped) {
    // the wrapper sees its child end and records it, also when we end the child ourselves
    if (!options.kill) killOne(file.wrapper!.pid, 'SIGTERM');
    else signalCommand(file, 'SIGKILL');
    return;
  }
  await stopAlone(folder, file, options.kill ? 0 : graceSeconds, clock);
}

function askToStop(folder: string, { by = 'page' }: StopOptions, clock: Clock): void {
  if (!has(folder, 'stop.json'))
    writeFileAtomic(join(folder, 'stop.json'), JSON.stringify({ requestedAt: clock.now(), by }));
}

/** False when somebody is just starting it. */
function takeOffQueue(folder: string, options: StopOptions, clock: Clock): boolean {
  const release = claim(folder);
  if (!release) return false;
  try {
    if (!isQueued(folder)) return false;
    askToStop(folder, options, clock);
    writeExit(folder, { code: null, signal: null, endedAt: clock.now(), error: null });
    dropSecrets(folder);
    return true;
  } finally {
    release();
  }
}

/** A command whose wrapper is gone, or a script that nobody launched: TERM, grace, KILL, and its end written down by us. */
async function stopAlone(folder: string, file: ProcessFile, graceSeconds: number, clock: Clock): Promise<void> {
  const over = (): boolean => has(folder, 'exit.json') || !isRunning(file.child);
  let signal: NodeJS.Signals = 'SIGTERM';
  if (graceSeconds > 0) signalCommand(file, signal);
  if (graceSeconds === 0 || !(await until(folder, over, graceSeconds * 1000))) {
    signal = 'SIGKILL';
    if (isRunning(file.child)) signalCommand(file, signal);
    await until(folder, over, KILLED_MS);
  }
  if (has(folder, 'exit.json') || isRunning(file.child)) return;
  writeExit(folder, { code: null, signal, endedAt: clock.now(), error: null });
}

/** A launched command leads its group; a script started by hand shares one with its shell, so it alone is meant. */
function signalCommand({ wrapper, child }: ProcessFile, signal: NodeJS.Signals): void {
  if (wrapper && child.pgid === child.pid) killGroup(child.pid, signal);
  else killOne(child.pid, signal);
}
