import { z } from 'zod';
import { InProject, procedure } from './base.ts';
import { Evaluation } from './gates.ts';
import { ApprovalState, ModelName, ModelVersion, OnVersion, Sha256 } from './models.ts';

export const Person = z.object({ name: z.string(), email: z.string() });
export type Person = z.infer<typeof Person>;

export const Decision = z.object({
  by: Person,
  at: z.number(),
  decision: z.enum(['approve', 'reject']),
  comment: z.string(),
  /** the reason for approving although gates failed; null without an override */
  override: z.string().nullable(),
  /** made by the version's author */
  byAuthor: z.boolean(),
});
export type Decision = z.infer<typeof Decision>;

/** `models.review` of `assay.yaml`, complete. */
export const ReviewPolicy = z.object({
  /** how many must approve */
  approvals: z.number(),
  /** e-mail addresses of who may decide; empty: whoever may commit */
  reviewers: z.array(z.string()),
  authorMayApprove: z.boolean(),
});
export type ReviewPolicy = z.infer<typeof ReviewPolicy>;

export const Review = z.object({
  model: ModelName,
  version: ModelVersion,
  state: ApprovalState,
  policy: ReviewPolicy,
  /** null before the first request */
  request: z
    .object({ by: Person, at: z.number(), comment: z.string(), evaluation: Sha256.nullable(), definition: Sha256 })
    .nullable(),
  /** since the request, oldest first */
  decisions: z.array(Decision),
  /** the evaluation that the request froze */
  evaluation: Evaluation.nullable(),
  /** approvals that are still needed */
  missing: z.number(),
  waitingFor: z.array(z.string()),
  overridden: z.boolean(),
  /** who this machine's git says you are; null when it says nothing */
  you: Person.nullable(),
  /** null when you may decide, else a sentence why not */
  mayNotDecide: z.string().nullable(),
  mayNotRequest: z.string().nullable(),
  /** sentences about what changed since the request: the definition, the champion, the gates */
  changedSince: z.array(z.string()),
  signature: z
    .object({
      file: z.string(),
      keyFingerprint: z.string(),
      yours: z.boolean(),
      valid: z.boolean(),
      problem: z.string().nullable(),
    })
    .nullable(),
});
export type Review = z.infer<typeof Review>;

export const reviews = {
  /** Open requests, oldest first, then those decided in the last 30 days. */
  list: procedure.input(InProject).output(
    z.array(
      z.object({
        model: ModelName,
        version: ModelVersion,
        state: ApprovalState,
        requestedBy: z.string(),
        requestedAt: z.number(),
        waitingFor: z.array(z.string()),
        /** you are among those it waits for */
        waitsForYou: z.boolean(),
        overridden: z.boolean(),
      }),
    ),
  ),
  get: procedure.input(OnVersion).output(Review),
  /** Checks the gates when their newest evaluation is outdated, freezes it, and asks the reviewers. */
  request: procedure.input(OnVersion.extend({ comment: z.string().max(10_000).default('') })).output(Review),
  withdraw: procedure.input(OnVersion).output(Review),
  /** Decides as the person whom git's configuration names. Approving signs the version when this was the last approval that was needed. */
  decide: procedure
    .input(
      OnVersion.extend({
        decision: z.enum(['approve', 'reject']),
        comment: z.string().max(10_000).default(''),
        override: z.string().min(1).max(10_000).nullable().default(null),
      }),
    )
    .output(Review),
};
