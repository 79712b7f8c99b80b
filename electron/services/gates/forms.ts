import { z } from 'zod';
import type { GateResult } from '../../../shared/contract/gates.ts';
import { parseBytes } from './bytes.ts';
import { MEASURES } from './measures.ts';

const Text = z.string().min(1, 'must not be empty').max(300);
const Pattern = z.string().min(1).max(1000);
const Share = z.number().min(0, 'is a share from 0 to 1').max(1, 'is a share from 0 to 1');
const Count = z.number().int('is a whole number').min(0);
const Seconds = z.number().positive().max(86_400);
const Pointer = z.string().regex(/^[a-z][a-z0-9-]*[a-z0-9]$/, 'is an alias or stage: lower-case letters, digits and -');
const Command = z.array(z.string().max(32_768)).min(1, 'needs a program and its arguments').max(200);
const Columns = z.array(Text).min(1).max(100);
const Bytes = z.union([z.number().int().min(0), z.string().max(30)]).refine((value) => parseBytes(value) !== null, {
  message: 'is a number of bytes, or a text such as 50 MB or 1.5 GiB',
});

const common = {
  /** what evaluations call it; made of kind and subject when it is not said */
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9 ._:/-]*$/, 'has letters, digits and . _ : / - only')
    .max(100)
    .optional(),
  /** shown with the result: why this is asked */
  why: z.string().max(2000).optional(),
  /** `warning` shows the result and does not touch the verdict of the whole */
  severity: z.enum(['error', 'warning']).optional(),
};

/** Which columns of a table of per-row results say what. */
const measured = {
  /** how the number comes from the rows; told by the metric's name when that is one of these */
  measure: z.enum(MEASURES).optional(),
  /** column of what is true; `truth` when it is not said */
  truth: Text.optional(),
  /** column of what the model said; `prediction` when it is not said */
  prediction: Text.optional(),
  /** column of the positive class's score, for auc and log_loss; `score` when it is not said */
  score: Text.optional(),
  /** the positive class, for precision, recall, f1, auc and log_loss; 1 when it is not said */
  positive: z.union([z.string().max(300), z.number(), z.boolean()]).optional(),
  /** the column whose mean is taken */
  column: Text.optional(),
};
const bounds = { min: z.number().optional(), max: z.number().optional() };

type Bounded = { min?: number | undefined; max?: number | undefined };
const ordered = ({ min, max }: Bounded): boolean => min === undefined || max === undefined || min <= max;
const ORDER = { message: 'min is above max', path: ['min'] };
const some =
  (...keys: string[]) =>
  (gate: object): boolean =>
    keys.some((key) => (gate as Record<string, unknown>)[key] !== undefined);
const needs = (...keys: string[]): { message: string } => ({
  message: `this gate asks for nothing; give it ${keys.join(', ')}`,
});

const METRIC = ['min', 'max', 'equals', 'not_worse_than'] as const;
const DATA = ['min_rows', 'max_rows', 'max_nulls', 'range', 'unique', 'key', 'allowed', 'schema', 'condition'] as const;
const DIFF = ['max_changed', 'max_removed', 'max_added', 'schema', 'max_drifted'] as const;

/** Each kind of gate by the key that tells it. */
export const GATES = {
  metric: z
    .strictObject({
      metric: z.string().min(1).max(500),
      ...bounds,
      equals: z.number().optional(),
      /** with `equals`: how far off it may be */
      tolerance: z.number().min(0).optional(),
      /** an alias or stage: the version that it points to is compared with */
      not_worse_than: Pointer.optional(),
      /** by how much it may be worse */
      by: z.number().min(0).optional(),
      /** which way is better; `lower` for names such as loss, error and rmse, else `higher` */
      better: z.enum(['higher', 'lower']).optional(),
      /** noise from the last values of the runs in the run's group */
      over: z.literal('group').optional(),
      /** noise from a bootstrap of this table of per-row results */
      rows: Text.optional(),
      /** columns that name a row, to pair it with the champion's */
      key: z.union([Text, Columns]).optional(),
      ...measured,
      ...common,
    })
    .refine(some(...METRIC), needs(...METRIC))
    .refine(ordered, ORDER)
    .refine((gate) => gate.equals === undefined || (gate.min === undefined && gate.max === undefined), {
      message: 'equals does not go with min and max',
      path: ['equals'],
    })
    .refine((gate) => gate.over === undefined || gate.rows === undefined, {
      message: 'noise comes from the group or from rows, not from both',
      path: ['over'],
    })
    .refine((gate) => gate.by === undefined || gate.not_worse_than !== undefined, {
      message: 'by says how much worse than not_worse_than it may be, which is missing',
      path: ['by'],
    }),
  slice: z
    .strictObject({
      slice: Text,
      ...bounds,
      /** column of the segment's name; `segment` when it is not said */
      segment: z.union([Text, Columns]).optional(),
      /** column of the number; not needed with `measure` */
      value: Text.optional(),
      /** column of how many rows are behind it */
      rows: Text.optional(),
      /** segments of fewer rows are left out */
      min_rows: Count.optional(),
      ...measured,
      ...common,
    })
    .refine(some('min', 'max'), needs('min', 'max'))
    .refine(ordered, ORDER)
    .refine((gate) => (gate.value === undefined) !== (gate.measure === undefined), {
      message: 'say either value (the column of the number) or measure (how it comes from rows)',
    })
    .refine((gate) => gate.measure !== 'auc', {
      message: 'auc by segment is not made from rows; log a table of segments and name its column with value',
      path: ['measure'],
    }),
  data: z
    .strictObject({
      /** path of the data, or the role in which the run read it */
      data: z.string().min(1).max(4096),
      min_rows: Count.optional(),
      max_rows: Count.optional(),
      /** share of missing values, of every column or by column */
      max_nulls: z.union([Share, z.record(Text, Share)]).optional(),
      /** by column: least and greatest value; null leaves an end open */
      range: z.record(Text, z.tuple([z.number().nullable(), z.number().nullable()])).optional(),
      /** columns that have no value twice */
      unique: Columns.optional(),
      /** columns that name a row together: none is missing and none is there twice */
      key: Columns.optional(),
      /** by column: the only values that it may have */
      allowed: z
        .record(
          Text,
          z
            .array(z.union([z.string().max(1000), z.number(), z.boolean()]))
            .min(1)
            .max(1000),
        )
        .optional(),
      /** by column: its type as the preview shows it, or "*"; no other column may be there */
      schema: z.record(Text, z.string().max(1000)).optional(),
      /** what every row must fulfil, as SQL has it after WHERE */
      condition: z.string().min(1).max(5000).optional(),
      ...common,
    })
    .refine(some(...DATA), needs(...DATA)),
  data_diff: z
    .strictObject({
      data_diff: z.string().min(1).max(4096),
      /** alias or stage to compare with; the champion when it is not said */
      to: Pointer.optional(),
      /** share of the rows before */
      max_changed: z.number().min(0).optional(),
      max_removed: z.number().min(0).optional(),
      max_added: z.number().min(0).optional(),
      schema: z.literal('same').optional(),
      /** how many columns may have drifted */
      max_drifted: Count.optional(),
      /** only these columns are looked at for drift */
      columns: Columns.optional(),
      /** columns that name a row; found when it is not said */
      key: Columns.optional(),
      ...common,
    })
    .refine(some(...DIFF), needs(...DIFF)),
  size: z
    .strictObject({
      /** `model` for all files, or a pattern of paths such as "*.onnx" */
      size: Pattern,
      min: Bytes.optional(),
      max: Bytes.optional(),
      ...common,
    })
    .refine(some('min', 'max'), needs('min', 'max')),
  latency: z
    .strictObject({
      latency: Command,
      /** milliseconds */
      max_median: z.number().positive().optional(),
      max_p95: z.number().positive().optional(),
      /** runs that are not counted; 1 when it is not said */
      warmup: z.number().int().min(0).max(1000).optional(),
      /** runs that are; 10 when it is not said */
      runs: z.number().int().min(1).max(10_000).optional(),
      /** seconds for one run; 60 when it is not said */
      timeout: Seconds.optional(),
      ...common,
    })
    .refine(some('max_median', 'max_p95'), needs('max_median', 'max_p95')),
  files: z.strictObject({ files: z.array(Pattern).min(1).max(100), ...common }),
  card: z.strictObject({
    /** titles of sections that must hold something */
    card: z.array(Text).min(1).max(100),
    /** the card must not be stale */
    fresh: z.boolean().optional(),
    ...common,
  }),
  licence: z.strictObject({ licence: z.array(Text).min(1).max(200), ...common }),
  command: z
    .strictObject({
      command: Command,
      /** seconds; 300 when it is not said */
      timeout: Seconds.optional(),
      /** bounds of the `value` that it prints */
      ...bounds,
      ...common,
    })
    .refine(ordered, ORDER),
  review: z.strictObject({
    /** what the reviewer is asked to look at */
    review: z.string().min(1).max(2000),
    ...common,
  }),
} as const;

export type GateKey = keyof typeof GATES;
export type GateOf<K extends GateKey> = z.infer<(typeof GATES)[K]>;
export type Gate = { [K in GateKey]: GateOf<K> }[GateKey];

/** The kind as evaluations call it. */
export function kindOf(gate: Gate): GateResult['kind'] {
  const key = (Object.keys(GATES) as GateKey[]).find((one) => Object.hasOwn(gate, one))!;
  return key === 'data_diff' ? 'data-diff' : key;
}
