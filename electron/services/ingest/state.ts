import { statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { RunRow } from '../../../shared/contract/runs.ts';
import { bootId, startTimeOf } from '../../platform/process-identity.ts';
import { finiteOf, isObject, readJsonFile, textOf } from './safe-read.ts';

/** How a run stands, as far as its files and the processes of this machine tell. Times in epoch milliseconds. */
export type RunState = {
  status: RunRow['status'];
  endedAt: number | null;
  /** Newest write to any of its logs. */
  lastSeenAt: number | null;
  exitCode: number | null;
  signal: string | null;
  error: string | null;
  peakMemory: number | null;
};

/** This machine and its processes; a seam for tests. */
export type Machine = {
  readonly host: string;
  readonly bootId: string | null;
  now(): number;
  startTimeOf(pid: number): string | null;
};

export function thisMachine(): Machine {
  return { host: hostname(), bootId: bootId(), now: () => Date.now(), startTimeOf };
}

const LOGS = ['log.ndjson', 'system.ndjson', 'stdout.log', 'stderr.log'];
/** A run may exist for a moment before its process does. */
const START_GRACE_MS = 15_000;
/** Processes of another machine cannot be looked at: there a run lives as long as it writes. */
const AWAY_GRACE_MS = 600_000;

/**
 * The rules of docs/run-files.md. Read it before reading the logs: a process writes its end last, so what is logged is then complete.
 */
export function readState(folder: string, launched: boolean, machine: Machine): RunState {
  const lastSeenAt = newestWrite(folder);
  const ended = endOf(folder, lastSeenAt);
  if (ended) return ended;
  if (!launched) return { ...NOT_ENDED, status: 'queued', lastSeenAt };
  if (isAlive(folder, lastSeenAt, machine)) return { ...NOT_ENDED, status: 'running', lastSeenAt };
  // it may have ended orderly between the two looks
  return endOf(folder, lastSeenAt) ?? { ...NOT_ENDED, status: 'lost', lastSeenAt };
}

const NOT_ENDED = { endedAt: null, exitCode: null, signal: null, error: null, peakMemory: null };

function endOf(folder: string, lastSeenAt: number | null): RunState | null {
  const exit = readJsonFile(join(folder, 'exit.json'));
  if (!exit) return null;
  const { code, signal, endedAt, error, peakMemoryBytes } = exit.value;
  const stopped = code !== 0 && readJsonFile(join(folder, 'stop.json')) !== null;
  return {
    status: code === 0 ? 'finished' : stopped ? 'stopped' : 'failed',
    endedAt: finiteOf(endedAt) ?? exit.modifiedAt,
    lastSeenAt,
    exitCode: finiteOf(code),
    signal: textOf(signal),
    error: textOf(error),
    peakMemory: finiteOf(peakMemoryBytes),
  };
}

function isAlive(folder: string, lastSeenAt: number | null, machine: Machine): boolean {
  const file = readJsonFile(join(folder, 'process.json'));
  if (!file) {
    const identity = readJsonFile(join(folder, 'run.json'));
    return identity !== null && machine.now() - identity.modifiedAt < START_GRACE_MS;
  }
  const { child, wrapper, host, bootId: boot } = file.value;
  const here = host === machine.host;
  if (here && typeof boot === 'string' && machine.bootId !== null && boot.trim() !== machine.bootId) return false;
  if (runs(child, machine) || runs(wrapper, machine)) return true;
  if (here || host === undefined) return false;
  return machine.now() - Math.max(lastSeenAt ?? 0, file.modifiedAt) < AWAY_GRACE_MS;
}

/** True while this very process runs. Blanks are not compared: `ps` pads days with them. */
function runs(id: unknown, machine: Machine): boolean {
  if (!isObject(id) || typeof id.pid !== 'number' || typeof id.startTime !== 'string') return false;
  return machine.startTimeOf(id.pid)?.replace(/\s+/g, ' ') === id.startTime.trim().replace(/\s+/g, ' ');
}

function newestWrite(folder: string): number | null {
  let newest: number | null = null;
  for (const name of LOGS) {
    try {
      const stats = statSync(join(folder, name), { throwIfNoEntry: false });
      if (stats && (newest === null || stats.mtimeMs > newest)) newest = stats.mtimeMs;
    } catch {
      // one folder that may not be looked into must not keep all others from being read
    }
  }
  return newest;
}
