import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { procedure } from './base.ts';

export const JobState = z.enum(['running', 'done', 'failed', 'cancelled', 'interrupted']);

export const Job = z.object({
  id: z.string(),
  title: z.string(),
  project: z.string().nullable(),
  state: JobState,
  done: z.number(),
  /** 0 while the total is unknown */
  total: z.number(),
  unit: z.string(),
  label: z.string(),
  error: z.string().nullable(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
});
export type Job = z.infer<typeof Job>;

export const jobs = {
  list: procedure.output(z.array(Job)),
  /** A snapshot, then progress at most ten times a second; ends when the job ends. */
  watch: procedure.input(z.object({ id: z.string() })).output(eventIterator(Job)),
  cancel: procedure.input(z.object({ id: z.string() })).output(z.void()),
};
