import { z } from 'zod';
import { InProject, procedure } from './base.ts';

/** Kept as `settings.json` in Assay's own data folder; a wrong value falls back to its default with a warning. */
export const Settings = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system').catch('system'),
  /** Seconds between TERM and KILL when a run is stopped. */
  stopGraceSeconds: z.number().min(0).max(3600).default(10).catch(10),
  /** Untracked text files up to this size go into a run's patch. */
  maxUntrackedFileBytes: z.number().int().min(0).max(100_000_000).default(1_000_000).catch(1_000_000),
  maxPatchBytes: z.number().int().min(0).max(1_000_000_000).default(20_000_000).catch(20_000_000),
  capturePackages: z.boolean().default(true).catch(true),
  /** TensorBoard's smoothing weight, 0 (off) to 0.999. */
  smoothing: z.number().min(0).max(0.999).default(0).catch(0),
});
export type Settings = z.infer<typeof Settings>;

export const settings = {
  get: procedure.output(Settings),
  set: procedure.input(z.object({ patch: z.record(z.string(), z.json()) })).output(Settings),
  /** A view's remembered state (columns, sort, split), kept per project in `.assay/views.json`. */
  view: procedure.input(InProject.extend({ name: z.string().regex(/^[a-z-]{1,60}$/) })).output(z.json().nullable()),
  setView: procedure
    .input(InProject.extend({ name: z.string().regex(/^[a-z-]{1,60}$/), value: z.json() }))
    .output(z.void()),
};
