import { z } from 'zod';
import { InProject, OnRun, procedure } from './base.ts';

export const QueueItem = z.object({
  run: z.string(),
  name: z.string(),
  experiment: z.string(),
  command: z.array(z.string()),
  queuedAt: z.number(),
  gpus: z.string(),
  /** Why it does not start yet, as a sentence. */
  waitingFor: z.string(),
});
export type QueueItem = z.infer<typeof QueueItem>;

export const QueueState = z.object({
  paused: z.boolean(),
  /** How many runs without a GPU may run at once. */
  cpuSlots: z.number(),
  items: z.array(QueueItem),
  running: z.array(
    z.object({ run: z.string(), name: z.string(), startedAt: z.number().nullable(), gpus: z.array(z.number()) }),
  ),
});
export type QueueState = z.infer<typeof QueueState>;

export const queue = {
  get: procedure.input(InProject).output(QueueState),
  /** Puts a waiting run before another; null puts it last. */
  move: procedure.input(OnRun.extend({ before: z.string().nullable() })).output(QueueState),
  remove: procedure.input(OnRun).output(QueueState),
  set: procedure
    .input(InProject.extend({ paused: z.boolean().optional(), cpuSlots: z.number().int().min(1).max(256).optional() }))
    .output(QueueState),
};
