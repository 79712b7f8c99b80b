import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { procedure } from './base.ts';

export const SystemInfo = z.object({
  version: z.string(),
  mode: z.enum(['desktop', 'browser']),
  platform: z.string(),
  hostName: z.string(),
  home: z.string(),
  cores: z.number(),
  memoryBytes: z.number(),
});
export type SystemInfo = z.infer<typeof SystemInfo>;

export const Topic = z.enum([
  'projects',
  'runs',
  'metrics',
  'queue',
  'jobs',
  'settings',
  'git',
  'datasets',
  'diffs',
  'models',
  'notifications',
]);
export type Topic = z.infer<typeof Topic>;

/** Says *that* something changed, never what to do about it. Empty `ids` means "any of them". */
export const ChangeEvent = z.object({ topic: Topic, project: z.string().optional(), ids: z.array(z.string()) });
export type ChangeEvent = z.infer<typeof ChangeEvent>;

export const system = {
  info: procedure.output(SystemInfo),
  /** First item comes at once with topic `settings`, so that a client knows the stream is live. */
  events: procedure.output(eventIterator(ChangeEvent)),
};
