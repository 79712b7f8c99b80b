import type { GpuState } from '../../../shared/contract/gpu.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { runTool } from '../../platform/process.ts';
import { createHostLoad } from './host-load.ts';
import { APP_ARGS, failureReason, GPU_ARGS, type GpuApp, type GpuReading, parseApps, parseGpus } from './nvidia-smi.ts';
import { type ActiveRun, ownerOf } from './owners.ts';

const FRESH_MS = 1000;
const TIMEOUT_MS = 5000;

type Deps = {
  log: Log;
  clock: Clock;
  /** The runs under way, for telling who uses a GPU. */
  activeRuns: () => readonly ActiveRun[];
  /** whose PATH is searched; default this process's */
  env?: NodeJS.ProcessEnv;
};

type Reading = { gpus: GpuReading[]; apps: GpuApp[]; reason: string | null };

export type GpuService = ReturnType<typeof createGpu>;

/** The machine's NVIDIA GPUs by `nvidia-smi`, and its CPUs and memory. */
export function createGpu({ log, clock, activeRuns, env = process.env }: Deps) {
  const hostLoad = createHostLoad();
  let last: { at: number; state: Promise<GpuState> } | null = null;

  const read = async (): Promise<Reading> => {
    try {
      const gpus = await runTool('nvidia-smi', GPU_ARGS, { timeoutMs: TIMEOUT_MS, env });
      const found = parseGpus(gpus.stdout);
      if (found.length === 0) return { gpus: [], apps: [], reason: failureReason(`${gpus.stdout}\n${gpus.stderr}`) };
      const apps = await runTool('nvidia-smi', APP_ARGS, { timeoutMs: TIMEOUT_MS, env });
      return { gpus: found, apps: parseApps(apps.stdout), reason: null };
    } catch (error) {
      return { gpus: [], apps: [], reason: whyNone(error, log) };
    }
  };

  const look = async (): Promise<GpuState> => {
    const { gpus, apps, reason } = await read();
    const active = apps.length > 0 ? activeRuns() : [];
    return {
      gpus: gpus.map((gpu) => ({
        ...gpu,
        processes: apps.filter((app) => isOn(app, gpu, gpus.length)).map((app) => described(app, active)),
      })),
      reason,
      sampledAt: clock.now(),
      host: hostLoad(),
    };
  };

  return {
    /** GPUs and who uses them; a reading is used for a second by everybody who asks. */
    state(): Promise<GpuState> {
      if (!last || clock.now() - last.at >= FRESH_MS || clock.now() < last.at)
        last = { at: clock.now(), state: look() };
      return last.state;
    },
  };
}

/** A MIG slice's uuid does not name its GPU; with one GPU it can only be that one. */
const isOn = (app: GpuApp, gpu: GpuReading, count: number): boolean =>
  app.uuid === gpu.uuid || (app.uuid.startsWith('MIG-') && count === 1);

function described(app: GpuApp, active: readonly ActiveRun[]): GpuState['gpus'][number]['processes'][number] {
  const owner = ownerOf(app.pid, active);
  return {
    pid: app.pid,
    name: app.name,
    memoryBytes: app.memoryBytes,
    run: owner?.run ?? null,
    project: owner?.project ?? null,
  };
}

function whyNone(error: unknown, log: Log): string {
  const reason = error instanceof AppError ? error.data.reason : null;
  if (reason === 'missing') return 'No NVIDIA GPU was found: nvidia-smi is not on the PATH.';
  log.warn('nvidia-smi could not be asked', { error: String(error) });
  if (reason === 'timeout') return 'nvidia-smi did not answer within 5 seconds; the driver may hang.';
  return error instanceof AppError ? error.message : 'nvidia-smi could not be asked.';
}
