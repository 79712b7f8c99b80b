import { z } from 'zod';
import { procedure } from './base.ts';

export const Gpu = z.object({
  index: z.number(),
  uuid: z.string(),
  name: z.string(),
  driver: z.string().nullable(),
  memoryTotalBytes: z.number().nullable(),
  memoryUsedBytes: z.number().nullable(),
  utilisationPercent: z.number().nullable(),
  powerWatts: z.number().nullable(),
  powerLimitWatts: z.number().nullable(),
  temperatureCelsius: z.number().nullable(),
  processes: z.array(
    z.object({
      pid: z.number(),
      name: z.string(),
      memoryBytes: z.number().nullable(),
      run: z.string().nullable(),
      project: z.string().nullable(),
    }),
  ),
});
export type Gpu = z.infer<typeof Gpu>;

export const GpuState = z.object({
  gpus: z.array(Gpu),
  /** Why there are none, as a sentence; null when some were found. */
  reason: z.string().nullable(),
  sampledAt: z.number(),
  host: z.object({
    cpuPercent: z.number().nullable(),
    memoryUsedBytes: z.number(),
    memoryTotalBytes: z.number(),
    cores: z.number(),
  }),
});
export type GpuState = z.infer<typeof GpuState>;

export const gpu = { state: procedure.output(GpuState) };
