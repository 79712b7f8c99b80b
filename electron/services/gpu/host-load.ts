import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import type { GpuState } from '../../../shared/contract/gpu.ts';

/** Says how busy the machine's CPUs were between two looks, and its memory now. The first look has no percentage yet. */
export function createHostLoad(): () => GpuState['host'] {
  let before = ticks();
  return () => {
    const now = ticks();
    const total = now.total - before.total;
    const cpuPercent = total > 0 ? Math.round(((now.busy - before.busy) / total) * 1000) / 10 : null;
    if (total > 0) before = now;
    return {
      cpuPercent,
      memoryUsedBytes: totalmem() - availableMemory(),
      memoryTotalBytes: totalmem(),
      cores: availableParallelism(),
    };
  };
}

function ticks(): { busy: number; total: number } {
  let [busy, total] = [0, 0];
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.irq + times.idle;
    total += all;
    busy += all - times.idle;
  }
  return { busy, total };
}

/** Linux fills free memory with its file cache; what programs can have is `MemAvailable`. */
function availableMemory(): number {
  try {
    const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
    return kilobytes ? Number(kilobytes) * 1024 : freemem();
  } catch {
    return freemem();
  }
}
