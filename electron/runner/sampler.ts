import { closeSync, openSync, writeSync } from 'node:fs';
import { createGpuSampler } from './gpu-sample.ts';
import { sampleTree, type TreeSample } from './tree.ts';

const FIRST_MS = 300;
const EVERY_MS = 2000;
const GPU_EVERY_MS = 5000;

/** Appends what the process tree uses to `system.ndjson`. Nothing that goes wrong here may reach the run: a sample that cannot be written is lost. */
export function startSampler(path: string, leader: number, startedAt: number, gpus: readonly number[] | null) {
  const gpuSampler = createGpuSampler(gpus);
  let fd: number | null = null;
  let torn = false;
  let before: { at: number; tree: TreeSample } | null = null;
  let peakMemoryBytes = 0;

  const write = (metrics: Record<string, number>): void => {
    if (Object.keys(metrics).length === 0) return;
    const now = Date.now();
    const line = JSON.stringify({ t: now / 1000, s: Math.round((now - startedAt) / 100) / 10, m: metrics });
    try {
      fd ??= openSync(path, 'a');
      const bytes = Buffer.from(`${torn ? '\n' : ''}${line}\n`);
      torn = writeSync(fd, bytes) !== bytes.length;
    } catch {
      torn = true;
    }
  };

  const look = (): void => {
    const tree = trySample(leader);
    if (!tree) return;
    const at = performance.now();
    peakMemoryBytes = Math.max(peakMemoryBytes, tree.memoryBytes, tree.highWaterBytes);
    if (tree.processes > 0) {
      write({
        ...(before ? { 'system/cpu_percent': percent(before, { at, tree }) } : {}),
        'system/memory_bytes': tree.memoryBytes,
        'system/processes': tree.processes,
      });
    }
    before = { at, tree };
  };

  const lookAtGpus = async (): Promise<void> => write(await gpuSampler.sample());

  // the first look, before the command has done anything, is what the first percentage is measured from
  const start = trySample(leader);
  if (start) {
    before = { at: performance.now(), tree: start };
    peakMemoryBytes = Math.max(start.memoryBytes, start.highWaterBytes);
  }
  const timers = [
    setTimeout(look, FIRST_MS),
    setInterval(look, EVERY_MS),
    setTimeout(() => void lookAtGpus(), FIRST_MS),
    setInterval(() => void lookAtGpus(), GPU_EVERY_MS),
  ];

  return {
    /** Ends the sampling. Returns the most memory that was seen, null when none was. */
    stop(): number | null {
      for (const timer of timers) clearTimeout(timer);
      if (fd !== null) closeSync(fd);
      fd = null;
      return peakMemoryBytes > 0 ? peakMemoryBytes : null;
    },
  };
}

/** Share of one core in percent: 200 is two cores' worth. */
function percent(before: { at: number; tree: TreeSample }, now: { at: number; tree: TreeSample }): number {
  const seconds = (now.at - before.at) / 1000;
  const used = Math.max(0, now.tree.cpuSeconds - before.tree.cpuSeconds);
  return seconds > 0 ? Math.round((used / seconds) * 1000) / 10 : 0;
}

function trySample(leader: number): TreeSample | null {
  try {
    return sampleTree(leader);
  } catch {
    return null;
  }
}
