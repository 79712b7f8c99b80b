import { z } from 'zod';
import { InProject, procedure } from './base.ts';
import { SecretPlace } from './targets.ts';

export const NotifyEvent = z.enum(['request', 'decision', 'push', 'gate-failed']);
export type NotifyEvent = z.infer<typeof NotifyEvent>;

/** A channel of `assay.yaml: notify`. Its address is a secret and never comes here. */
export const Channel = z.object({
  name: z.string(),
  type: z.enum(['slack', 'teams', 'webhook']),
  on: z.array(NotifyEvent),
  secret: SecretPlace,
  problem: z.string().nullable(),
});
export type Channel = z.infer<typeof Channel>;

export const Delivery = z.object({
  id: z.string(),
  channel: z.string(),
  event: NotifyEvent,
  title: z.string(),
  at: z.number(),
  state: z.enum(['waiting', 'sent', 'failed']),
  attempts: z.number(),
  nextAt: z.number().nullable(),
  error: z.string().nullable(),
});
export type Delivery = z.infer<typeof Delivery>;

export const notifications = {
  channels: procedure.input(InProject).output(z.object({ channels: z.array(Channel), problem: z.string().nullable() })),
  /** The body as it would be sent for an example of this event, as pretty JSON. */
  preview: procedure
    .input(InProject.extend({ channel: z.string(), event: NotifyEvent }))
    .output(z.object({ body: z.string() })),
  test: procedure
    .input(InProject.extend({ channel: z.string() }))
    .output(z.object({ ok: z.boolean(), message: z.string() })),
  setAddress: procedure
    .input(
      InProject.extend({
        channel: z.string(),
        address: z.string().max(4000).nullable(),
        /** with which a webhook's bodies are signed; null leaves them unsigned */
        key: z.string().min(8).max(1000).nullable().default(null),
      }),
    )
    .output(z.object({ kept: SecretPlace })),
  /** Newest first, at most 200. */
  deliveries: procedure.input(InProject).output(z.array(Delivery)),
  retry: procedure.input(InProject.extend({ id: z.string() })).output(z.void()),
};
