import { z } from 'zod';
import { InProject, procedure } from './base.ts';
import { Finding } from './models.ts';

export const AuditAction = z.enum([
  'registered',
  'described',
  'alias-set',
  'alias-removed',
  'stage-set',
  'stage-removed',
  'deprecated',
  'restored',
  'requested',
  'withdrawn',
  'approved',
  'rejected',
  'signed',
  'pushed',
  'push-failed',
  'pulled',
  'rolled-back',
  'erased',
]);
export type AuditAction = z.infer<typeof AuditAction>;

/**
 * A line of `models/audit/<writer>.ndjson`. `hash` = SHA-256( prev ‖ JCS(line without hash) ), prev of the first is 64 zeros.
 * `seen` holds the heads of the other writers' chains at that moment, so that cutting the tail of one shows in another.
 */
export const AuditEvent = z.object({
  seq: z.number().int(),
  prev: z.string(),
  hash: z.string(),
  /** ISO 8601, UTC */
  at: z.string(),
  writer: z.string(),
  actor: z.object({ name: z.string(), email: z.string() }),
  action: AuditAction,
  model: z.string().nullable(),
  version: z.string().nullable(),
  /** digests and words that belong to the action; never a secret */
  data: z.record(z.string(), z.json()),
  seen: z.record(z.string(), z.string()),
});
export type AuditEvent = z.infer<typeof AuditEvent>;

export const audit = {
  /** Newest first, over all writers. */
  log: procedure
    .input(
      InProject.extend({
        model: z.string().max(100).optional(),
        version: z.string().max(100).optional(),
        action: AuditAction.optional(),
        offset: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(1000).default(100),
      }),
    )
    .output(z.object({ total: z.number(), events: z.array(AuditEvent), head: z.string() })),
  verify: procedure
    .input(InProject)
    .output(z.object({ events: z.number(), writers: z.number(), head: z.string(), findings: z.array(Finding) })),
};
