import { z } from 'zod';
import { InProject, OnRun, OnRuns, procedure, RunId } from './base.ts';

export const RunStatus = z.enum(['queued', 'running', 'finished', 'failed', 'stopped', 'lost']);
export type RunStatus = z.infer<typeof RunStatus>;

/** Any number, NaN and infinities included, which `z.number()` refuses. */
const AnyNumber = z.custom<number>((value) => typeof value === 'number', 'must be a number');

export const MetricSummary = z.object({
  last: AnyNumber,
  min: AnyNumber,
  max: AnyNumber,
  step: z.number(),
  count: z.number(),
});
export type MetricSummary = z.infer<typeof MetricSummary>;

export const Artifact = z.object({
  path: z.string(),
  size: z.number(),
  kind: z.enum(['file', 'image', 'text', 'table', 'histogram', 'audio', 'html']),
  key: z.string().nullable(),
  step: z.number().nullable(),
  caption: z.string().nullable(),
});
export type Artifact = z.infer<typeof Artifact>;

export const DatasetUse = z.object({
  path: z.string(),
  role: z.string().nullable(),
  hash: z.string().nullable(),
  size: z.number().nullable(),
  version: z.string().nullable(),
});
export type DatasetUse = z.infer<typeof DatasetUse>;

/** A JSON value as a param may hold it. */
export const ParamValue = z.json();
export type ParamValue = z.infer<typeof ParamValue>;

export const RunRow = z.object({
  id: z.string(),
  name: z.string(),
  experiment: z.string(),
  status: RunStatus,
  source: z.enum(['launch', 'sdk']),
  command: z.array(z.string()),
  group: z.string().nullable(),
  parent: z.string().nullable(),
  starred: z.boolean(),
  /** A colour a person chose; otherwise the page derives a stable one from the id. */
  color: z.string().nullable(),
  createdAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** Newest sign of life: the last write to any of its logs. */
  lastSeenAt: z.number().nullable(),
  deletedAt: z.number().nullable(),
  exitCode: z.number().nullable(),
  signal: z.string().nullable(),
  error: z.string().nullable(),
  note: z.string(),
  git: z
    .object({ commit: z.string().nullable(), branch: z.string().nullable(), dirty: z.boolean().nullable() })
    .nullable(),
  gpus: z.array(z.number()),
  peakMemoryBytes: z.number().nullable(),
  artifactCount: z.number(),
  /** Counts the project's runs in order of their ids, so that runs started one after the other get different colours. */
  seq: z.number(),
  params: z.record(z.string(), ParamValue),
  tags: z.record(z.string(), z.string()),
  metrics: z.record(z.string(), MetricSummary),
});
export type RunRow = z.infer<typeof RunRow>;

export const RunDetail = RunRow.extend({
  /** Absolute folder of the run's files. */
  folder: z.string(),
  cwd: z.string().nullable(),
  restartOf: z.string().nullable(),
  children: z.array(z.object({ id: z.string(), name: z.string(), status: RunStatus })),
  summary: z.record(z.string(), ParamValue),
  env: z.record(z.string(), z.string()),
  python: z.object({ executable: z.string(), version: z.string().nullable(), kind: z.string() }).nullable(),
  host: z
    .object({
      name: z.string(),
      os: z.string(),
      cpu: z.string(),
      cores: z.number(),
      memoryBytes: z.number(),
      gpus: z.array(
        z.object({
          index: z.number(),
          name: z.string(),
          memoryBytes: z.number().nullable(),
          driver: z.string().nullable(),
        }),
      ),
    })
    .nullable(),
  remote: z.string().nullable(),
  skippedFiles: z.array(z.string()),
  hasPatch: z.boolean(),
  hasPackages: z.boolean(),
  logBytes: z.object({ stdout: z.number(), stderr: z.number() }),
  datasets: z.array(DatasetUse),
  artifacts: z.array(Artifact),
  /** Lines of its logs that could not be read (torn by a killed process, or not JSON). */
  badLines: z.number(),
});
export type RunDetail = z.infer<typeof RunDetail>;

/**
 * What to sort by: `name`, `experiment`, `status`, `createdAt`, `startedAt`, `endedAt`, `duration`, `branch`, `starred`, `host`,
 * `param:<key>`, `tag:<key>`, `metric:<key>` (last value), `metric:<key>:min`, `metric:<key>:max`. Missing values and NaN come last both ways.
 */
export const RunSort = z.object({ key: z.string().max(600), desc: z.boolean() });
export type RunSort = z.infer<typeof RunSort>;

export const RunQuery = InProject.extend({
  /** The filter language of `shared/run-filter.ts`, e.g. `resnet status:finished metric.val/acc>0.9`. */
  filter: z.string().max(2000).default(''),
  deleted: z.boolean().default(false),
  sort: RunSort.default({ key: 'createdAt', desc: true }),
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(10_000).default(100),
  /** Which columns to fill in; absent means all (the terminal), an empty list none. */
  metrics: z.array(z.string()).max(500).optional(),
  params: z.array(z.string()).max(500).optional(),
});
export type RunQuery = z.input<typeof RunQuery>;

export const RunPage = z.object({ total: z.number(), rows: z.array(RunRow) });
export type RunPage = z.infer<typeof RunPage>;

/** Every key that some run of the project has, with how many runs have it: the column picker's list. */
export const RunColumns = z.object({
  metrics: z.array(z.object({ key: z.string(), runs: z.number() })),
  params: z.array(z.object({ key: z.string(), runs: z.number() })),
  tags: z.array(z.object({ key: z.string(), runs: z.number() })),
  experiments: z.array(z.object({ key: z.string(), runs: z.number() })),
});
export type RunColumns = z.infer<typeof RunColumns>;

export const RunPatch = z.object({
  name: z.string().min(1).max(300).optional(),
  starred: z.boolean().optional(),
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i)
    .nullable()
    .optional(),
  note: z.string().max(100_000).optional(),
  experiment: z.string().min(1).max(300).optional(),
  /** null removes a tag */
  tags: z.record(z.string().min(1).max(250), z.string().max(8000).nullable()).optional(),
});
export type RunPatch = z.infer<typeof RunPatch>;

export const GpuChoice = z.union([z.enum(['auto', 'none']), z.array(z.number().int().min(0).max(1023)).min(1).max(64)]);
export type GpuChoice = z.infer<typeof GpuChoice>;

/** What a person asks for when starting a run; kept as `request.json` in the run's folder. */
export const StartRequest = z.object({
  /** The command as an argument array; never a shell string. `python` as first word becomes the chosen interpreter. */
  command: z.array(z.string().max(32_768)).min(1).max(1000),
  /** Relative to the project's folder, inside it. */
  cwd: z.string().max(4096).default('.'),
  interpreter: z.string().max(4096).nullable().default(null),
  name: z.string().max(300).nullable().default(null),
  experiment: z.string().min(1).max(300).default('default'),
  group: z.string().max(300).nullable().default(null),
  tags: z.record(z.string().min(1).max(250), z.string().max(8000)).default({}),
  note: z.string().max(100_000).default(''),
  env: z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'A variable name has letters, digits and _ only.'),
      z.string().max(32_768),
    )
    .default({}),
  gpus: GpuChoice.default('auto'),
  /** Wait for a free slot; false starts at once. */
  queue: z.boolean().default(false),
  restartOf: RunId.nullable().default(null),
  /** Data that it will read, from the project's folder, with `/`; the versions they have at the start are recorded. */
  datasets: z.array(z.string().min(1).max(4096)).max(100).default([]),
});
export type StartRequest = z.input<typeof StartRequest>;
export type StartRequestParsed = z.output<typeof StartRequest>;

export const LogStream = z.enum(['stdout', 'stderr']);
export type LogStream = z.infer<typeof LogStream>;

/** A piece of a log: `bytes` from `offset`; `size` is the file's size now. A negative asked offset counts from the end. */
export const LogPiece = z.object({ offset: z.number(), size: z.number(), bytes: z.instanceof(Blob) });
export const LogMatches = z.object({
  matches: z.array(z.object({ offset: z.number(), text: z.string() })),
  /** Where to go on when the limit was reached; null at the end of the file. */
  next: z.number().nullable(),
});
export type LogMatches = z.infer<typeof LogMatches>;

export const TablePage = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  /** Cells as text; null is SQL NULL. */
  rows: z.array(z.array(z.string().nullable())),
  total: z.number(),
});
export type TablePage = z.infer<typeof TablePage>;

export const runs = {
  list: procedure.input(RunQuery).output(RunPage),
  columns: procedure.input(InProject).output(RunColumns),
  get: procedure.input(OnRun).output(RunDetail),
  update: procedure.input(OnRuns.extend({ patch: RunPatch })).output(z.void()),
  /** To the trash: hidden, kept whole. */
  delete: procedure.input(OnRuns).output(z.void()),
  restore: procedure.input(OnRuns).output(z.void()),
  /** Removes the folders of runs that are in the trash. There is no way back. */
  purge: procedure.input(OnRuns).output(z.object({ purged: z.number(), freedBytes: z.number() })),
  start: procedure
    .input(InProject.extend({ request: StartRequest }))
    .output(z.object({ run: z.string(), status: RunStatus })),
  stop: procedure.input(OnRuns).output(z.void()),
  /** The request of a past run, to edit and start again. Secrets come back masked and must be typed anew. */
  request: procedure.input(OnRun).output(StartRequest),
  log: procedure
    .input(OnRun.extend({ stream: LogStream, offset: z.number().int(), limit: z.number().int().min(1).max(4_194_304) }))
    .output(LogPiece),
  searchLog: procedure
    .input(
      OnRun.extend({
        stream: LogStream,
        text: z.string().min(1).max(500),
        from: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(1000).default(200),
      }),
    )
    .output(LogMatches),
  patch: procedure.input(OnRun).output(z.object({ text: z.string(), truncated: z.boolean() })),
  packages: procedure.input(OnRun).output(z.object({ text: z.string() })),
  /** At most `limit` bytes of an artifact from `offset`. */
  artifact: procedure
    .input(
      OnRun.extend({
        path: z.string().min(1).max(4096),
        offset: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(33_554_432).default(8_388_608),
      }),
    )
    .output(z.object({ size: z.number(), mediaType: z.string(), bytes: z.instanceof(Blob) })),
  /** A page of a CSV, TSV, JSON-lines or Parquet artifact. */
  artifactTable: procedure
    .input(
      OnRun.extend({
        path: z.string().min(1).max(4096),
        offset: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(1000).default(100),
      }),
    )
    .output(TablePage),
};
