import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { InProject, procedure } from './base.ts';

/**
 * Data to look at: a path as some version has it, or any file or folder on the host's disk. `path` is relative to the project, with `/`; it
 * is a dataset, a file inside a versioned folder, or a file that git itself tracks. `rev` is a commit, branch, tag or the beginning of a
 * version's hash; null is the working copy.
 */
export const DataSide = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('version'),
    path: z.string().min(1).max(4096),
    rev: z.string().min(1).max(300).nullable(),
  }),
  z.object({ kind: z.literal('file'), file: z.string().min(1).max(4096) }),
]);
export type DataSide = z.infer<typeof DataSide>;

/** Something about the file itself that a reader should know; `code` is stable, `message` a sentence. */
export const Finding = z.object({
  code: z.string(),
  message: z.string(),
  side: z.enum(['before', 'after']).optional(),
  column: z.string().optional(),
});
export type Finding = z.infer<typeof Finding>;

/** How values spread. `edges` has one more entry than counts; times are ms since 1970, text is by length in characters. */
export const Spread = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['numeric', 'time', 'text']), edges: z.array(z.number()), counts: z.array(z.number()) }),
  z.object({
    kind: z.literal('category'),
    values: z.array(z.string()),
    counts: z.array(z.number()),
    /** rows of values that are not listed */
    other: z.number(),
  }),
]);
export type Spread = z.infer<typeof Spread>;

/** `min` and `max` are as text, in the column's own writing; numbers are null where the type has none. */
export const ColumnStats = z.object({
  rows: z.number(),
  nulls: z.number(),
  distinct: z.number(),
  /** false when `distinct` is an estimate (HyperLogLog) */
  distinctExact: z.boolean(),
  min: z.string().nullable(),
  max: z.string().nullable(),
  mean: z.number().nullable(),
  sd: z.number().nullable(),
  /** 5, 25, 50, 75, 95 % */
  quantiles: z.array(z.number()).nullable(),
  /** in a text that is taken as numbers: how many values are none, neither NULL nor in what is above, and the most frequent of them */
  notNumbers: z.object({ count: z.number(), values: z.array(z.string()) }).optional(),
});
export type ColumnStats = z.infer<typeof ColumnStats>;

export const ColumnProfile = ColumnStats.extend({ name: z.string(), type: z.string(), spread: Spread.nullable() });
export type ColumnProfile = z.infer<typeof ColumnProfile>;

export const TableInfo = z.object({
  /** csv, tsv, json, jsonl, parquet, arrow */
  format: z.string(),
  bytes: z.number(),
  rows: z.number(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  findings: z.array(Finding),
});
export type TableInfo = z.infer<typeof TableInfo>;

/** A condition as SQL has it after WHERE (`age > 30 AND city ILIKE 'B%'`), over the table's columns; '' means every row. */
export const Condition = z.string().max(5000).default('');

export const TablePageQuery = InProject.extend({
  side: DataSide,
  condition: Condition,
  /** text that some cell holds, in any case */
  search: z.string().max(500).default(''),
  sort: z.object({ column: z.string(), desc: z.boolean() }).nullable().default(null),
  /** which columns to fill in, for very wide tables; absent means all */
  columns: z.array(z.string()).max(5000).optional(),
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(1000).default(100),
});
export type TablePageQuery = z.input<typeof TablePageQuery>;

/** `rows[i]` has the row's number in the file from 0, then its cells as text (NULL is null), cut at 500 characters with `…` behind. */
export const TablePage = z.object({
  total: z.number(),
  rows: z.array(z.object({ row: z.number(), cells: z.array(z.string().nullable()) })),
});
export type TablePage = z.infer<typeof TablePage>;

export const tables = {
  /** Opens a table for looking at; it stays open for a while, so that pages come at once. */
  open: procedure.input(InProject.extend({ side: DataSide })).output(TableInfo),
  page: procedure.input(TablePageQuery).output(TablePage),
  /** One cell, whole (at most 10 MB). */
  cell: procedure
    .input(InProject.extend({ side: DataSide, row: z.number().int().min(0), column: z.string() }))
    .output(z.object({ value: z.string().nullable() })),
  /** Profiles of these columns (all, without names), a few at a time as they are ready. */
  profile: procedure
    .input(
      InProject.extend({ side: DataSide, condition: Condition, columns: z.array(z.string()).max(5000).optional() }),
    )
    .output(eventIterator(z.array(ColumnProfile))),
};
