import { readdirSync, readFileSync } from 'node:fs';
import { outputOf } from '../platform/process.ts';
import { readStat } from '../platform/process-identity.ts';

/** One look at all processes that belong to a command. */
export type TreeSample = {
  /** sum over the tree since its start, in seconds */
  readonly cpuSeconds: number;
  /** resident memory; what several processes share is counted for each of them */
  readonly memoryBytes: number;
  readonly processes: number;
  /** the most memory that any single process ever had, where the kernel keeps it: catches peaks between two looks */
  readonly highWaterBytes: number;
};

type Row = { pid: number; ppid: number; pgid: number; session: number; ended: boolean; cpuSeconds: number };

/** `sysconf(_SC_CLK_TCK)` is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * Looks at the tree of a command that leads its own session: everything in its session or group, and whatever descends from
 * that. A daemon that left both and lost its parents is no longer seen. Null where there is no way to look (Windows).
 */
export function sampleTree(leader: number): TreeSample | null {
  if (process.platform === 'linux') return sampleProc(leader);
  return process.platform === 'win32' ? null : samplePs(leader);
}

/** True while something other than zombies is left of a process group. */
export function groupLives(pgid: number, probe: (pgid: number) => boolean): boolean {
  if (!probe(pgid)) return false;
  return process.platform === 'linux' ? procRows().some((row) => row.pgid === pgid && !row.ended) : true;
}

/** The pids of a tree out of one list of all processes. */
export function members(rows: readonly Row[], leader: number): Set<number> {
  const found = new Set(
    rows.filter((row) => row.pid === leader || row.pgid === leader || row.session === leader).map((row) => row.pid),
  );
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const row of rows) if (found.has(row.ppid)) found.add(row.pid);
  }
  return found;
}

function procRows(): Row[] {
  return readdirSync('/proc').flatMap((name) => {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : null;
    if (!stat) return [];
    const { pid, ppid, pgid, session, state } = stat;
    return [
      {
        pid,
        ppid,
        pgid,
        session,
        ended: state === 'Z' || state === 'X',
        cpuSeconds: stat.cpuTicks / TICKS_PER_SECOND,
      },
    ];
  });
}

function sampleProc(leader: number): TreeSample {
  const rows = procRows();
  const tree = members(rows, leader);
  let cpuSeconds = 0;
  let memoryBytes = 0;
  let processes = 0;
  let highWaterBytes = 0;
  for (const row of rows) {
    if (!tree.has(row.pid)) continue;
    cpuSeconds += row.cpuSeconds;
    if (row.ended) continue;
    processes++;
    const memory = readMemory(row.pid);
    memoryBytes += memory.now;
    highWaterBytes = Math.max(highWaterBytes, memory.peak);
  }
  return { cpuSeconds, memoryBytes, processes, highWaterBytes };
}

/** From `status` and not `stat`, because its kilobytes do not depend on the page size. */
function readMemory(pid: number): { now: number; peak: number } {
  let text = '';
  try {
    text = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    // it ended between the two reads
  }
  const of = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
  return { now: of('VmRSS'), peak: of('VmHWM') };
}

function samplePs(leader: number): TreeSample | null {
  const text = outputOf('ps', ['-axo', 'pid=,ppid=,pgid=,rss=,time=']);
  if (text === null) return null;
  const lines = text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((cells) => cells.length >= 5);
  const rows = lines.map((cells) => ({
    pid: Number(cells[0]),
    ppid: Number(cells[1]),
    pgid: Number(cells[2]),
    session: -1,
    ended: false,
    cpuSeconds: parsePsTime(cells[4]!),
    memory: Number(cells[3]) * 1024,
  }));
  const tree = members(rows, leader);
  const own = rows.filter((row) => tree.has(row.pid));
  return {
    cpuSeconds: own.reduce((sum, row) => sum + row.cpuSeconds, 0),
    memoryBytes: own.reduce((sum, row) => sum + row.memory, 0),
    processes: own.length,
    highWaterBytes: 0,
  };
}

/** `[[dd-]hh:]mm:ss[.ff]` as ps(1) writes CPU time, in seconds. */
export function parsePsTime(text: string): number {
  const [days, clock] = text.includes('-') ? (text.split('-') as [string, string]) : ['0', text];
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}
