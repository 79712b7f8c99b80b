import { readFileSync } from 'node:fs';
import { outputOf } from './process.ts';

/** A process beyond doubt: the kernel gives pids again, but never with the same start time. */
export type ProcessId = { readonly pid: number; readonly startTime: string };

/** What `/proc/<pid>/stat` says that we need; times in clock ticks. */
export type Stat = {
  readonly pid: number;
  readonly state: string;
  readonly ppid: number;
  readonly pgid: number;
  readonly session: number;
  /** its own time and that of the children it has waited for, so that a tree's sum never goes back when one ends */
  readonly cpuTicks: number;
  readonly startTime: string;
};

/** Parses a `/proc/<pid>/stat` line (proc_pid_stat(5)). The name in parentheses may hold spaces and parentheses itself. */
export function parseStat(text: string): Stat | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  // field 3 (state) is the first after the name
  const rest = text.slice(close + 2).split(' ');
  const startTime = rest[19];
  if (startTime === undefined) return null;
  const ticks = [11, 12, 13, 14].reduce((sum, i) => sum + Number(rest[i]), 0);
  return {
    pid: Number(text.slice(0, open)),
    state: rest[0]!,
    ppid: Number(rest[1]),
    pgid: Number(rest[2]),
    session: Number(rest[3]),
    cpuTicks: ticks,
    startTime: startTime.trim(),
  };
}

/** The stat line of a process on Linux; null when there is no such process. */
export function readStat(pid: number): Stat | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null;
  }
}

/** When a process started, in the kernel's own words; null when it does not run (a zombie has ended). */
export function startTimeOf(pid: number): string | null {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  if (process.platform === 'linux') {
    const stat = readStat(pid);
    return stat && stat.state !== 'Z' && stat.state !== 'X' ? stat.startTime : null;
  }
  const [state, ...started] = (outputOf('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]) ?? '').trim().split(/\s+/);
  return state && !state.startsWith('Z') && started.length > 0 ? started.join(' ') : null;
}

/** True while this very process runs, not another one that was given its pid. */
export function isRunning(id: ProcessId | null | undefined): boolean {
  return id != null && startTimeOf(id.pid) === id.startTime;
}

/** This boot of the machine, where the system has a name for it: start times of another boot say nothing. */
export function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}
