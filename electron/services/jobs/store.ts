import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { Job } from '../../../shared/contract/jobs.ts';
import { appendLine, writeFileAtomic } from '../../platform/files.ts';

const Entry = z.object({ pid: z.number(), job: Job });
type Entry = z.infer<typeof Entry>;

const KEPT = 100;
const COMPACT_LINES = 1000;

/**
 * Jobs as lines of an append-only file that the processes of one user share: the newest line of a job counts. Nobody rewrites what another
 * process may be appending to, but for the one that finds it long at its start.
 */
export function createJobStore(path: string) {
  return {
    save(job: Job): void {
      mkdirSync(dirname(path), { recursive: true });
      appendLine(path, { pid: process.pid, job } satisfies Entry);
    },

    /**
     * The last 100 jobs, oldest first, without those that another living process works on. What a process that is gone had
     * not finished comes as interrupted.
     */
    load(now: number): Job[] {
      const entries = [...readEntries(path).values()].slice(-KEPT);
      const jobs = entries.flatMap(({ pid, job }): Job[] => {
        if (job.state !== 'running') return [job];
        return isAlive(pid, job.startedAt, now) ? [] : [{ ...job, state: 'interrupted', endedAt: now }];
      });
      return jobs;
    },
  };
}

function readEntries(path: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  if (!existsSync(path)) return entries;
  const lines = readFileSync(path, 'utf8').split('\n');
  for (const line of lines) {
    const entry = parseEntry(line);
    if (!entry) continue;
    // set anew, so that the order is that of the last change
    entries.delete(entry.job.id);
    entries.set(entry.job.id, entry);
  }
  if (lines.length > COMPACT_LINES) {
    const kept = [...entries.values()].slice(-KEPT);
    writeFileAtomic(path, kept.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  }
  return entries;
}

function parseEntry(line: string): Entry | null {
  if (line === '') return null;
  try {
    return Entry.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

/** True when the process that started the job may still be at it. A pid from before the machine started is somebody else's. */
function isAlive(pid: number, startedAt: number, now: number): boolean {
  if (pid === process.pid || startedAt < now - uptime() * 1000) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
