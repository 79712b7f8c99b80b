import { availableParallelism, cpus, hostname, release, totalmem, type } from 'node:os';
import type { Gpu } from '../../../shared/contract/gpu.ts';

/** This machine, as `run.json` tells of it. */
export function hostInfo(gpus: readonly Gpu[]) {
  return {
    name: hostname(),
    os: `${type().toLowerCase()} ${release()}`,
    cpu: cpus()[0]?.model.trim() ?? process.arch,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    gpus: gpus.map(({ index, name, memoryTotalBytes, driver }) => ({
      index,
      name,
      memoryBytes: memoryTotalBytes,
      driver,
    })),
  };
}
