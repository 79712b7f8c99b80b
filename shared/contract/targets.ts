import { z } from 'zod';
import { InProject, JobStarted, procedure } from './base.ts';
import { ModelName, ModelVersion, OnVersion } from './models.ts';

export const TargetType = z.enum(['mlflow', 'oci', 'huggingface', 's3', 'folder']);
export type TargetType = z.infer<typeof TargetType>;

export const TargetName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]*$/i, 'A target has letters, digits, - and _.')
  .max(100);

export const SecretPlace = z.enum(['none', 'keyring', 'environment', 'file']);
export type SecretPlace = z.infer<typeof SecretPlace>;

/** Proof that a target had exactly these bytes, read back at that moment: `models/<name>/<version>/receipts/<target>-<time>.json`. */
export const Receipt = z.object({
  assay: z.literal('receipt/1'),
  target: TargetName,
  kind: TargetType,
  /** without secrets */
  url: z.string(),
  model: ModelName,
  version: ModelVersion,
  /** of the version's definition */
  definition: z.string(),
  /** how to get it there: `models:/churn/3`, `host/team/churn:1.2.0`, a path … */
  ref: z.string(),
  /** of what was pushed: a manifest's digest, a commit, or the definition's digest */
  digest: z.string(),
  /** aliases that point to it there */
  aliases: z.array(z.string()),
  at: z.number(),
  by: z.string(),
  bytes: z.number(),
  skippedBytes: z.number(),
  /** every digest was read back and was right */
  verified: z.boolean(),
  auditHead: z.string(),
  elapsedMs: z.number(),
  /** what only this kind of target knows and rollback or pull needs: run id, registry's version number … */
  details: z.record(z.string(), z.string()),
});
export type Receipt = z.infer<typeof Receipt>;

export const Target = z.object({
  name: TargetName,
  type: TargetType,
  url: z.string(),
  /** `approved` when only approved versions may go there */
  requires: z.enum(['approved', 'nothing']),
  secret: SecretPlace,
  /** in words, when it is not usable */
  problem: z.string().nullable(),
  lastReceipt: Receipt.nullable(),
});
export type Target = z.infer<typeof Target>;

export const PlanItem = z.object({
  path: z.string(),
  /** `weights`, `config`, `card`, `signature`, `manifest` … */
  what: z.string(),
  bytes: z.number(),
  digest: z.string().nullable(),
  /** the target has it already */
  there: z.boolean(),
});
export type PlanItem = z.infer<typeof PlanItem>;

export const PushPlan = z.object({
  target: TargetName,
  kind: TargetType,
  ref: z.string(),
  items: z.array(PlanItem),
  bytes: z.number(),
  skippedBytes: z.number(),
  /** in words what else happens there: `creates the registered model churn`, `moves champion from version 2` */
  steps: z.array(z.string()),
  /** null when it may go there, else why not and what to do */
  refusal: z.string().nullable(),
});
export type PushPlan = z.infer<typeof PushPlan>;

const ToTarget = InProject.extend({ target: TargetName });

export const targets = {
  list: procedure.input(InProject).output(z.object({ targets: z.array(Target), problem: z.string().nullable() })),
  plan: procedure.input(OnVersion.extend({ target: TargetName })).output(PushPlan),
  push: procedure
    .input(
      OnVersion.extend({
        target: TargetName,
        /** aliases to set there; null: those that the version has here */
        aliases: z.array(z.string()).max(50).nullable().default(null),
        /** OCI: also as KitOps ModelKit under `<version>-kit` */
        modelkit: z.boolean().default(false),
      }),
    )
    .output(JobStarted),
  /** What a push, pull or rollback job left; null before it ended well. */
  result: procedure
    .input(z.object({ job: z.string() }))
    .output(z.object({ receipts: z.array(Receipt), lines: z.array(z.string()) }).nullable()),
  /** Receipts of a version or of all, newest first. */
  receipts: procedure
    .input(InProject.extend({ name: ModelName.optional(), version: ModelVersion.optional() }))
    .output(z.array(Receipt)),
  /** Reads everything back from a target again. */
  verify: procedure.input(OnVersion.extend({ target: TargetName })).output(JobStarted),
  /** Versions that a target has, newest first, and where its aliases point. */
  remote: procedure
    .input(ToTarget.extend({ name: ModelName }))
    .output(z.object({ versions: z.array(z.string()), aliases: z.record(z.string(), z.string()) })),
  /** Points an alias to the version that it had before (or to `version`), here and on these targets (null: all that have it), as one recorded action. */
  rollback: procedure
    .input(
      InProject.extend({
        name: ModelName,
        targets: z.array(TargetName).nullable().default(null),
        alias: z.string().default('champion'),
        version: ModelVersion.nullable().default(null),
        reason: z.string().max(10_000).default(''),
      }),
    )
    .output(JobStarted),
  pull: procedure.input(ToTarget.extend({ name: ModelName, version: ModelVersion })).output(JobStarted),
  /** Signs in and reads something harmless; a sentence about what it found. */
  test: procedure.input(ToTarget).output(z.object({ ok: z.boolean(), message: z.string() })),
  /** Keeps what the target asks for in the keyring; null forgets it. */
  setSecret: procedure
    .input(ToTarget.extend({ user: z.string().max(1000).nullable(), secret: z.string().max(100_000).nullable() }))
    .output(z.object({ kept: SecretPlace })),
};
