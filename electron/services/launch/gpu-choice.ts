import type { Gpu } from '../../../shared/contract/gpu.ts';
import type { GpuChoice } from '../../../shared/contract/runs.ts';

/** A process that only looks (a monitor, a desktop) holds less than this. */
const SIGNIFICANT_BYTES = 200_000_000;

/** GPUs that no run of ours has and on which nobody else computes. */
export function freeGpus(gpus: readonly Gpu[], taken: ReadonlySet<number>): number[] {
  return gpus
    .filter(
      (gpu) =>
        !taken.has(gpu.index) &&
        !gpu.processes.some((one) => (one.memoryBytes ?? SIGNIFICANT_BYTES) >= SIGNIFICANT_BYTES),
    )
    .map((gpu) => gpu.index);
}

/**
 * GPUs that the environment lets this process use, as a cluster's scheduler sets it. A list that is not of plain numbers (`GPU-…`, `MIG-…`)
 * allows none to be assigned by us: the run inherits it as it is.
 */
export function allowedGpus(gpus: readonly Gpu[], env: NodeJS.ProcessEnv): Gpu[] {
  const text = env.CUDA_VISIBLE_DEVICES;
  if (text === undefined) return [...gpus];
  const parts = text.split(',').map((part) => part.trim());
  return parts.every((part) => /^\d+$/.test(part)) ? gpus.filter((gpu) => parts.includes(String(gpu.index))) : [];
}

/**
 * The GPUs for a run that starts at once, whoever else uses them: the first free one for `auto`, else the one with the least memory in use.
 * Null leaves it to the environment, which is right for `auto` on a machine without NVIDIA GPUs.
 */
export function chooseNow(choice: GpuChoice, gpus: readonly Gpu[], taken: ReadonlySet<number>): number[] | null {
  if (choice === 'none') return [];
  if (choice !== 'auto') return [...choice];
  const free = freeGpus(gpus, taken)[0];
  if (free !== undefined) return [free];
  const idlest = [...gpus].sort((a, b) => (a.memoryUsedBytes ?? 0) - (b.memoryUsedBytes ?? 0))[0];
  return idlest ? [idlest.index] : null;
}
