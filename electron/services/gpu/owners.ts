import { readStat } from '../../platform/process-identity.ts';

/** A run that is under way: the process that leads its session. */
export type ActiveRun = { readonly project: string; readonly run: string; readonly pid: number };

const MAX_DEPTH = 64;

/** Finds the run that a process belongs to: it is in the run's session, or descends from it. Linux only; null elsewhere. */
export function ownerOf(pid: number, active: readonly ActiveRun[]): ActiveRun | null {
  let at = pid;
  for (let depth = 0; depth < MAX_DEPTH && at > 1; depth++) {
    const found = active.find((run) => run.pid === at);
    if (found) return found;
    const stat = readStat(at);
    if (!stat) return null;
    const leader = active.find((run) => run.pid === stat.session || run.pid === stat.pgid);
    if (leader) return leader;
    at = stat.ppid;
  }
  return null;
}
