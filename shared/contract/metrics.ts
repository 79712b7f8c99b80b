import { z } from 'zod';
import { InProject, procedure, RunId } from './base.ts';

export const SeriesRequest = InProject.extend({
  series: z
    .array(z.object({ run: RunId, key: z.string().min(1).max(1000) }))
    .min(1)
    .max(2000),
  /** Step range, both ends included; absent means everything. */
  from: z.number().optional(),
  to: z.number().optional(),
  /** Per series; more points than this are reduced so that first, last, minimum and maximum of every bucket stay. */
  maxPoints: z.number().int().min(4).max(1_000_000).default(2000),
});
export type SeriesRequest = z.input<typeof SeriesRequest>;

export const metrics = {
  /** Every metric key that some of these runs have, in natural order. Keys that start with `system/` are the wrapper's. */
  keys: procedure
    .input(InProject.extend({ runs: z.array(RunId).min(1).max(1000) }))
    .output(z.array(z.object({ key: z.string(), runs: z.number(), count: z.number() }))),
  /** Bytes as `shared/layout/series.ts` lays them out, in the order asked for. A series that does not exist comes back empty. */
  series: procedure.input(SeriesRequest).output(z.instanceof(Blob)),
};
