import { runTool } from '../platform/process.ts';
import { GPU_ARGS, type GpuReading, parseGpus } from '../services/gpu/nvidia-smi.ts';

const MAX_FAILURES = 3;

/**
 * Reads the GPUs of a run by `nvidia-smi`, and stops asking once it has failed three times in a row.
 * @param wanted indices to keep; null keeps all
 */
export function createGpuSampler(wanted: readonly number[] | null) {
  let failures = wanted?.length === 0 ? MAX_FAILURES : 0;
  return {
    /** Metrics of all wanted GPUs; empty when there is nothing to read. */
    async sample(): Promise<Record<string, number>> {
      if (failures >= MAX_FAILURES) return {};
      try {
        const { code, stdout } = await runTool('nvidia-smi', GPU_ARGS, { timeoutMs: 5000 });
        if (code !== 0) throw new Error('nvidia-smi failed');
        failures = 0;
        const gpus = parseGpus(stdout).filter((gpu) => wanted === null || wanted.includes(gpu.index));
        return Object.assign({}, ...gpus.map(metricsOf)) as Record<string, number>;
      } catch (error) {
        const missing = (error as { data?: { reason?: unknown } }).data?.reason === 'missing';
        failures = missing ? MAX_FAILURES : failures + 1;
        return {};
      }
    },
  };
}

function metricsOf(gpu: GpuReading): Record<string, number> {
  const values = {
    utilisation_percent: gpu.utilisationPercent,
    memory_bytes: gpu.memoryUsedBytes,
    power_watts: gpu.powerWatts,
    temperature_celsius: gpu.temperatureCelsius,
  };
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      value === null ? [] : [[`system/gpu${gpu.index}_${key}`, value] as const],
    ),
  );
}
