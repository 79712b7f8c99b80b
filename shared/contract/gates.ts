import { z } from 'zod';
import { InProject, JobStarted, procedure } from './base.ts';
import { ModelName, ModelVersion, OnVersion, Sha256, Verdict } from './models.ts';

const AnyNumber = z.custom<number>((value) => typeof value === 'number', 'must be a number');

/** What a gate measured, as a person reads it and as the charts need it. */
export const GateResult = z.object({
  /** stable within the evaluation: from `assay.yaml` (`id:`) or made from kind and subject, such as `metric:accuracy` */
  id: z.string(),
  kind: z.enum([
    'metric',
    'slice',
    'data',
    'data-diff',
    'size',
    'latency',
    'files',
    'card',
    'licence',
    'command',
    'review',
  ]),
  /** the gate in words: `accuracy at least 0.9` */
  title: z.string(),
  /** the gate's own reason from `assay.yaml` */
  why: z.string().optional(),
  /** a `warning` is shown and does not count for the evaluation's verdict */
  severity: z.enum(['error', 'warning']).optional(),
  verdict: Verdict,
  /** measured: a number in `unit`, or a short text; null when nothing could be measured */
  value: z.union([AnyNumber, z.string()]).nullable(),
  unit: z.string().nullable(),
  bound: z.object({ op: z.enum(['min', 'max', 'equals', 'between', 'one of', 'exists']), value: z.json() }).nullable(),
  /** what the compared version has; null without a comparison */
  champion: z.object({ alias: z.string(), version: ModelVersion, value: AnyNumber.nullable() }).nullable(),
  /** of the value, or of the difference to the champion when `of` says so */
  interval: z
    .object({
      of: z.enum(['value', 'difference']),
      low: AnyNumber,
      high: AnyNumber,
      /** 0.95 */
      level: z.number(),
      /** `bootstrap of 1,000 rows, paired`, `t over 5 runs of group lr-sweep` */
      method: z.string(),
    })
    .nullable(),
  /** one sentence that says why, with the numbers */
  message: z.string(),
  /** what it rests on: a table, a command's output, a data diff (path and both revisions) */
  evidence: z.array(z.object({ label: z.string(), text: z.string(), ref: z.record(z.string(), z.string()) })),
  /** segments of a `slice` gate, worst first, at most 100 */
  slices: z.array(z.object({ name: z.string(), value: AnyNumber, rows: z.number().nullable() })),
});
export type GateResult = z.infer<typeof GateResult>;

/** Frozen: the file is named by the SHA-256 of its canonical JSON without `digest`. */
export const Evaluation = z.object({
  assay: z.literal('evaluation/1'),
  digest: Sha256,
  model: ModelName,
  version: ModelVersion,
  /** of the version's definition */
  definition: Sha256,
  /** the gates as they were declared, and the version they compared with */
  declared: z.array(z.json()),
  champion: z.object({ alias: z.string(), version: ModelVersion, definition: Sha256 }).nullable(),
  at: z.number(),
  by: z.string(),
  assayVersion: z.string(),
  /** of the gates that are no warnings: fail when any fails, else inconclusive when any is, else pass (also without gates) */
  verdict: Verdict,
  gates: z.array(GateResult),
});
export type Evaluation = z.infer<typeof Evaluation>;

export const gates = {
  /** What `assay.yaml` asks of a model, in words; `problem` names the line when it cannot be read. */
  declared: procedure.input(InProject.extend({ name: ModelName })).output(
    z.object({
      gates: z.array(z.object({ id: z.string(), kind: z.string(), title: z.string(), from: z.string() })),
      problem: z.string().nullable(),
    }),
  ),
  check: procedure.input(OnVersion).output(JobStarted),
  checked: procedure.input(z.object({ job: z.string() })).output(Evaluation.nullable()),
  /** The newest evaluation; null before the first. `outdated` says why it no longer holds (gates, champion or definition changed). */
  latest: procedure
    .input(OnVersion)
    .output(z.object({ evaluation: Evaluation, outdated: z.string().nullable() }).nullable()),
  get: procedure.input(OnVersion.extend({ digest: Sha256 })).output(Evaluation),
  /** All that are kept, newest first. */
  history: procedure
    .input(OnVersion)
    .output(
      z.array(z.object({ digest: Sha256, at: z.number(), verdict: Verdict, by: z.string(), frozen: z.boolean() })),
    ),
};
