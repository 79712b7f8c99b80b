import type { Gpu } from '../../../shared/contract/gpu.ts';
import type { GpuChoice } from '../../../shared/contract/runs.ts';
import { freeGpus } from '../launch/gpu-choice.ts';

export type Waiting = { readonly run: string; readonly gpus: GpuChoice };
export type Active = { readonly run: string; readonly name: string; readonly gpus: readonly number[] };

export type Situation = {
  readonly waiting: readonly Waiting[];
  /** runs of this project that hold a CPU slot or GPUs */
  readonly active: readonly Active[];
  /** GPUs that runs of any project hold */
  readonly takenGpus: ReadonlySet<number>;
  /** GPUs that may be assigned; empty on a machine without */
  readonly gpus: readonly Gpu[];
  readonly cpuSlots: number;
  readonly paused: boolean;
  readonly trusted: boolean;
};

export type Plan = {
  /** in this order; `gpus` null leaves the choice to the environment */
  readonly starts: readonly { readonly run: string; readonly gpus: readonly number[] | null }[];
  /** why each of the others waits, as a sentence */
  readonly reasons: ReadonlyMap<string, string>;
};

/**
 * Which waiting runs can start now. In order; a later one may overtake an earlier one that waits for something else, but never takes a GPU
 * that an earlier one waits for by number.
 */
export function plan({ waiting, active, takenGpus, gpus, cpuSlots, paused, trusted }: Situation): Plan {
  const starts: { run: string; gpus: readonly number[] | null }[] = [];
  const reasons = new Map<string, string>();
  const free = new Set(freeGpus(gpus, takenGpus));
  const reserved = new Set<number>();
  let cpuBusy = active.filter((run) => run.gpus.length === 0).length;
  let cpuWanted = 0;
  let gpuWanted = 0;

  const onCpu = (item: Waiting, choice: readonly number[] | null): void => {
    if (cpuBusy < cpuSlots) {
      cpuBusy++;
      starts.push({ run: item.run, gpus: choice });
    } else {
      reasons.set(item.run, `Waits for one of ${counted(cpuSlots, 'CPU slot')}${behind(cpuWanted++)}.`);
    }
  };

  for (const item of waiting) {
    if (!trusted) reasons.set(item.run, 'Waits until this project is trusted.');
    else if (paused) reasons.set(item.run, 'The queue is paused.');
    else if (item.gpus === 'none') onCpu(item, []);
    else if (item.gpus === 'auto' && gpus.length === 0) onCpu(item, null);
    else if (item.gpus === 'auto') {
      const one = [...free].find((index) => !reserved.has(index));
      if (one === undefined) reasons.set(item.run, `Waits for a free GPU${behind(gpuWanted++)}.`);
      else {
        free.delete(one);
        starts.push({ run: item.run, gpus: [one] });
      }
    } else {
      const missing = item.gpus.filter((index) => !gpus.some((gpu) => gpu.index === index));
      const busy = item.gpus.filter((index) => !free.has(index) || reserved.has(index));
      if (missing.length > 0)
        reasons.set(item.run, `Waits for GPU ${missing.join(', ')}, which this machine does not have.`);
      else if (busy.length > 0)
        reasons.set(item.run, `Waits for GPU ${busy.join(', ')}, which ${busy.length > 1 ? 'are' : 'is'} in use.`);
      else {
        for (const index of item.gpus) free.delete(index);
        starts.push({ run: item.run, gpus: item.gpus });
        continue;
      }
      for (const index of item.gpus) reserved.add(index);
    }
  }
  return { starts, reasons };
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
const behind = (others: number): string => (others === 0 ? '' : `, behind ${counted(others, 'other run')}`);
