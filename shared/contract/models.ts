import { z } from 'zod';
import { InProject, JobStarted, procedure, RunId } from './base.ts';

/** Names become folders, git tags, OCI repositories and MLflow names: what all of them bear. */
export const ModelName = z
  .string()
  .regex(
    /^[a-z0-9]+(?:[._-]{1,2}[a-z0-9]+)*$/,
    'A model name has lower-case letters and digits, with single -, _ or . between them.',
  )
  .max(100);
export type ModelName = z.infer<typeof ModelName>;

/** Semantic version 2.0.0 without a leading v and without build metadata (OCI tags cannot hold a `+`). */
export const ModelVersion = z
  .string()
  .regex(
    /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/,
    'A version is three numbers such as 1.2.0, perhaps with an ending such as -rc.1.',
  )
  .max(100);
export type ModelVersion = z.infer<typeof ModelVersion>;

/** An alias (`champion`) or a stage (`staging`): the form that GTO takes for a stage. */
export const PointerName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*[a-z0-9]$/, 'An alias or stage has lower-case letters, digits and - only.')
  .max(100);

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'A SHA-256 is 64 lower-case hex digits.');

const AnyNumber = z.custom<number>((value) => typeof value === 'number', 'must be a number');

/** A file of a version; `path` is relative to the model's folder, with `/`. */
export const ModelFile = z.object({ path: z.string().min(1).max(4096), size: z.number().int().min(0), sha256: Sha256 });
export type ModelFile = z.infer<typeof ModelFile>;

export const ModelFormat = z.enum([
  'sklearn',
  'pickle',
  'pytorch',
  'onnx',
  'safetensors',
  'gguf',
  'xgboost',
  'lightgbm',
  'keras',
  'unknown',
]);
export type ModelFormat = z.infer<typeof ModelFormat>;

/** What the headers of the files say. Nothing was executed to learn it. */
export const ModelKind = z.object({
  format: ModelFormat,
  /** the file that said so */
  file: z.string().nullable(),
  /** in a few words for a person: `scikit-learn pipeline`, `ONNX, opset 17` */
  title: z.string(),
  /** version of the library that wrote it, where the file says so */
  libraryVersion: z.string().nullable(),
  /** weights, counted in elements */
  parameters: z.number().nullable(),
  /** elements by dtype, as the format names it */
  dtypes: z.record(z.string(), z.number()),
  /** largest first, at most 500; `tensorCount` says how many there are */
  tensors: z.array(z.object({ name: z.string(), dtype: z.string(), shape: z.array(z.number()) })),
  tensorCount: z.number(),
  /** what else the header says, as text: opset, producer, architecture, classes that a pickle names … */
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  /** sentences about what is wrong or dangerous: a pickle that calls `os.system`, a header that lies */
  warnings: z.array(z.string()),
});
export type ModelKind = z.infer<typeof ModelKind>;

/** One column or tensor of a signature, in MLflow's own types (anchors/lifecycle.md §3.1). */
export const SignatureField = z.object({
  name: z.string().nullable(),
  /** `long`, `double`, `string` … for a column; a NumPy dtype for a tensor */
  type: z.string(),
  required: z.boolean().default(true),
  /** of a tensor, -1 where it may vary; null for a column */
  shape: z.array(z.number()).nullable().default(null),
});
export type SignatureField = z.infer<typeof SignatureField>;

export const ModelSignature = z.object({ inputs: z.array(SignatureField), outputs: z.array(SignatureField) });
export type ModelSignature = z.infer<typeof ModelSignature>;

/** The evidence of a version and where it comes from: the content of `models/<name>/<version>.yaml`. Written once, at registration. */
export const ModelDefinition = z.strictObject({
  assay: z.literal('model-version/1'),
  model: ModelName,
  version: ModelVersion,
  /** ISO 8601, UTC */
  created: z.string(),
  author: z.strictObject({ name: z.string(), email: z.string() }),
  description: z.string().default(''),
  /** SPDX expression */
  licence: z.string().nullable().default(null),
  owner: z.string().nullable().default(null),
  kind: ModelKind,
  /** in order of path */
  files: z.array(ModelFile).min(1),
  /** tables and other files of the run that gates read (per-row and per-segment results, the example input): kept like model files */
  evidence: z
    .array(
      ModelFile.extend({
        role: z.enum(['table', 'example', 'patch', 'other']),
        /** under which key the run logged it; of several steps the newest has it */
        key: z.string().max(1000).optional(),
      }),
    )
    .default([]),
  run: z
    .strictObject({
      id: RunId,
      name: z.string(),
      experiment: z.string(),
      group: z.string().nullable(),
      command: z.array(z.string()),
      startedAt: z.number().nullable(),
      endedAt: z.number().nullable(),
      /** where in its artifacts the model was */
      artifact: z.string().nullable(),
    })
    .nullable(),
  code: z
    .strictObject({
      commit: z.string().nullable(),
      branch: z.string().nullable(),
      dirty: z.boolean().nullable(),
      remote: z.string().nullable(),
    })
    .nullable(),
  /** what the run read; `hash` as its keeper writes it (MD5 for DVC, SHA-256 for Git LFS) */
  data: z
    .array(
      z.strictObject({
        path: z.string(),
        role: z.string().nullable(),
        hash: z.string().nullable(),
        size: z.number().nullable(),
        version: z.string().nullable(),
      }),
    )
    .default([]),
  params: z.record(z.string(), z.json()).default({}),
  /** last values; NaN and infinities as the strings `NaN`, `Infinity`, `-Infinity` */
  metrics: z.record(z.string(), z.union([AnyNumber, z.string()])).default({}),
  environment: z
    .strictObject({
      python: z.string().nullable(),
      /** `name==version`, sorted */
      packages: z.array(z.string()),
      os: z.string().nullable(),
      gpus: z.array(z.string()),
    })
    .nullable(),
  signature: ModelSignature.nullable().default(null),
  /** path of the example input among `evidence` */
  example: z.string().nullable().default(null),
});
export type ModelDefinition = z.infer<typeof ModelDefinition>;

export const Verdict = z.enum(['pass', 'fail', 'inconclusive']);
export type Verdict = z.infer<typeof Verdict>;

/** Where a version stands with the people: see `reviews`. */
export const ApprovalState = z.enum(['none', 'requested', 'approved', 'rejected']);
export type ApprovalState = z.infer<typeof ApprovalState>;

export const VersionRow = z.object({
  model: ModelName,
  version: ModelVersion,
  createdAt: z.number(),
  author: z.string(),
  description: z.string(),
  format: ModelFormat,
  /** bytes of all files */
  size: z.number(),
  run: z.object({ id: z.string(), name: z.string() }).nullable(),
  commit: z.string().nullable(),
  /** at most 12, those that gates name first */
  metrics: z.record(z.string(), z.union([AnyNumber, z.string()])),
  aliases: z.array(z.string()),
  stage: z.string().nullable(),
  deprecated: z.boolean(),
  /** of the newest evaluation; null when its gates were never checked */
  gates: z
    .object({ verdict: Verdict, passed: z.number(), total: z.number(), digest: z.string(), at: z.number() })
    .nullable(),
  approval: ApprovalState,
  /** approved although a gate failed */
  overridden: z.boolean(),
  /** e-mail addresses or names of those who have not decided yet, or a sentence such as `1 more approval` */
  waitingFor: z.array(z.string()),
  signed: z.boolean(),
  /** targets that have it, by their last verified receipt */
  pushedTo: z.array(z.string()),
  /** its own files are on this machine */
  present: z.boolean(),
});
export type VersionRow = z.infer<typeof VersionRow>;

export const ModelRow = z.object({
  name: ModelName,
  versions: z.number(),
  latest: VersionRow,
  /** alias → version */
  aliases: z.record(z.string(), z.string()),
  /** stage → version */
  stages: z.record(z.string(), z.string()),
  /** versions whose review is open */
  openReviews: z.number(),
});
export type ModelRow = z.infer<typeof ModelRow>;

export const OnModel = InProject.extend({ name: ModelName });
export const OnVersion = OnModel.extend({ version: ModelVersion });

/** A line of a version's history: a tag of git or an event of the audit log. */
export const VersionEvent = z.object({
  at: z.number(),
  who: z.string(),
  /** in the audit log's words: `registered`, `approved` … */
  action: z.string(),
  text: z.string(),
  /** a failed gate was overridden */
  override: z.boolean(),
});

export const VersionDetail = z.object({
  row: VersionRow,
  definition: ModelDefinition,
  /** SHA-256 of the definition's canonical JSON (RFC 8785): what evaluations, approvals and receipts name */
  digest: Sha256,
  /** the definition's file, from the project's folder */
  file: z.string(),
  /** the GTO tag and its commit; null when the tag is gone */
  tag: z.object({ name: z.string(), commit: z.string() }).nullable(),
  uncommitted: z.boolean(),
  /** newest first */
  history: z.array(VersionEvent),
  /** sentences about what is missing for a complete version: no licence, dirty code without a patch … */
  gaps: z.array(z.string()),
});
export type VersionDetail = z.infer<typeof VersionDetail>;

export const CardSection = z.object({
  /** heading without `#` */
  title: z.string(),
  /** written by Assay from the evidence; a person's edits there are replaced */
  generated: z.boolean(),
  markdown: z.string(),
});
export const ModelCard = z.object({
  /** the whole file, with front matter as the Hugging Face Hub reads it */
  markdown: z.string(),
  sections: z.array(CardSection),
  /** sentences about evidence that changed since the card was written; empty while it is fresh */
  stale: z.array(z.string()),
  /** false while the file does not exist and this is what would be written */
  written: z.boolean(),
  file: z.string(),
});
export type ModelCard = z.infer<typeof ModelCard>;

export const Change = z.enum(['same', 'added', 'removed', 'changed']);
export const VersionDiff = z.object({
  from: ModelVersion,
  to: ModelVersion,
  metrics: z.array(
    z.object({
      key: z.string(),
      from: z.union([AnyNumber, z.string()]).nullable(),
      to: z.union([AnyNumber, z.string()]).nullable(),
      /** to − from; null when one is no number */
      delta: AnyNumber.nullable(),
    }),
  ),
  params: z.array(z.object({ key: z.string(), from: z.json().nullable(), to: z.json().nullable(), change: Change })),
  packages: z.array(
    z.object({ name: z.string(), from: z.string().nullable(), to: z.string().nullable(), change: Change }),
  ),
  files: z.array(z.object({ path: z.string(), from: ModelFile.nullable(), to: ModelFile.nullable(), change: Change })),
  /** the data of both, joined by path; a changed one can be opened in the data diff */
  data: z.array(
    z.object({
      path: z.string(),
      from: z.object({ hash: z.string().nullable(), version: z.string().nullable() }).nullable(),
      to: z.object({ hash: z.string().nullable(), version: z.string().nullable() }).nullable(),
      change: Change,
    }),
  ),
  /** facts of kind and signature that differ, as text */
  facts: z.array(z.object({ label: z.string(), from: z.string().nullable(), to: z.string().nullable() })),
  code: z.object({
    from: z.string().nullable(),
    to: z.string().nullable(),
    /** files that differ between the commits, with both texts (null: not there, or no text, or above 1 MB); at most 200 */
    files: z.array(
      z.object({ path: z.string(), change: Change, from: z.string().nullable(), to: z.string().nullable() }),
    ),
    /** a sentence when the commits cannot be compared */
    problem: z.string().nullable(),
  }),
  card: z.object({ from: z.string().nullable(), to: z.string().nullable() }),
});
export type VersionDiff = z.infer<typeof VersionDiff>;

export const LineageNode = z.object({
  id: z.string(),
  kind: z.enum(['data', 'code', 'run', 'model', 'receipt']),
  title: z.string(),
  subtitle: z.string(),
  /** what a page needs to lead there: run id, model name and version, data path and revision, target */
  ref: z.record(z.string(), z.string()),
  /** a sentence when something is wrong with it: the data is not recorded any more, the receipt is not verified … */
  problem: z.string().nullable(),
});
export type LineageNode = z.infer<typeof LineageNode>;
export const Lineage = z.object({
  nodes: z.array(LineageNode),
  /** in the direction of making: data → run → model version → receipt */
  edges: z.array(z.object({ from: z.string(), to: z.string(), label: z.string() })),
  /** a sentence when there was more than is shown (500 nodes) */
  cut: z.string().nullable(),
});
export type Lineage = z.infer<typeof Lineage>;

/** What `verify` found. `where` names the file, tag or line. */
export const Finding = z.object({
  severity: z.enum(['error', 'warning']),
  kind: z.enum(['file', 'definition', 'evaluation', 'signature', 'tag', 'audit', 'receipt', 'card']),
  where: z.string(),
  message: z.string(),
});
export type Finding = z.infer<typeof Finding>;

export const Verification = z.object({
  checkedFiles: z.number(),
  checkedBytes: z.number(),
  findings: z.array(Finding),
});
export type Verification = z.infer<typeof Verification>;

/** What registering would do. */
export const Proposal = z.object({
  name: z.string(),
  /** next after the newest, by what changed: major for another signature, minor for other data or code, patch otherwise */
  version: ModelVersion,
  why: z.string(),
  files: z.array(z.object({ path: z.string(), size: z.number() })),
  bytes: z.number(),
  kind: ModelKind,
  signature: ModelSignature.nullable(),
  /** other artifacts of the run that look like a model, or tables that gates could read */
  artifacts: z.array(z.object({ path: z.string(), size: z.number(), looksLike: z.string() })),
  gaps: z.array(z.string()),
});
export type Proposal = z.infer<typeof Proposal>;

/** Where the bytes are: an artifact (file or folder) of a run, or a file or folder of the project. */
export const ModelSource = z.union([
  z.object({ run: RunId, artifact: z.string().max(4096).nullable().default(null) }),
  z.object({ path: z.string().min(1).max(4096), run: RunId.nullable().default(null) }),
]);
export type ModelSource = z.infer<typeof ModelSource>;

export const models = {
  list: procedure.input(InProject).output(
    z.object({
      models: z.array(ModelRow),
      /** stages of `assay.yaml`, in its order */
      stages: z.array(z.string()),
      /** definitions that could not be read, each with why */
      broken: z.array(z.object({ file: z.string(), problem: z.string() })),
    }),
  ),
  /** Versions, newest first; of all models without `name`. */
  versions: procedure
    .input(
      InProject.extend({
        name: ModelName.optional(),
        filter: z.string().max(500).default(''),
        offset: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(5000).default(200),
      }),
    )
    .output(z.object({ total: z.number(), rows: z.array(VersionRow) })),
  get: procedure.input(OnVersion).output(VersionDetail),
  /** The versions that a run became, newest first. */
  ofRun: procedure.input(InProject.extend({ run: RunId })).output(z.array(VersionRow)),
  propose: procedure
    .input(InProject.extend({ source: ModelSource, name: ModelName.nullable().default(null) }))
    .output(Proposal),
  register: procedure
    .input(
      OnModel.extend({
        source: ModelSource,
        version: ModelVersion.nullable().default(null),
        description: z.string().max(100_000).default(''),
        licence: z.string().max(200).nullable().default(null),
        owner: z.string().max(300).nullable().default(null),
        /** path of the example input: an artifact of the run, or a file of the project */
        example: z.string().max(4096).nullable().default(null),
      }),
    )
    .output(JobStarted),
  registered: procedure
    .input(z.object({ job: z.string() }))
    .output(z.object({ name: z.string(), version: z.string() }).nullable()),
  card: procedure.input(OnVersion).output(ModelCard),
  /** Writes the human sections, by title; generated ones are made anew. */
  writeCard: procedure
    .input(OnVersion.extend({ sections: z.record(z.string().min(1).max(200), z.string().max(100_000)) }))
    .output(ModelCard),
  diff: procedure.input(OnModel.extend({ from: ModelVersion, to: ModelVersion })).output(VersionDiff),
  /** Around a version, a model (all versions), a run or a data version; without any, of the whole registry. */
  lineage: procedure
    .input(
      InProject.extend({
        name: ModelName.optional(),
        version: ModelVersion.optional(),
        run: RunId.optional(),
        data: z.object({ path: z.string().max(4096), hash: z.string().max(200) }).optional(),
      }),
    )
    .output(Lineage),
  verify: procedure.input(OnVersion).output(JobStarted),
  verification: procedure.input(z.object({ job: z.string() })).output(Verification.nullable()),
  setAlias: procedure.input(OnModel.extend({ alias: PointerName, version: ModelVersion.nullable() })).output(z.void()),
  setStage: procedure.input(OnVersion.extend({ stage: PointerName.nullable() })).output(z.void()),
  deprecate: procedure
    .input(OnVersion.extend({ reason: z.string().max(10_000), undo: z.boolean().default(false) }))
    .output(z.void()),
  /** Bytes to and from a remote of the project's data (`.dvc/config`). */
  pushBytes: procedure.input(OnVersion.extend({ remote: z.string().nullable().default(null) })).output(JobStarted),
  pullBytes: procedure.input(OnVersion.extend({ remote: z.string().nullable().default(null) })).output(JobStarted),
  /** Puts a version's files into a folder of the project that does not exist yet. */
  export: procedure.input(OnVersion.extend({ to: z.string().min(1).max(4096) })).output(JobStarted),
  /** The first 64 KB of a text file among files and evidence; null for what is no text. */
  text: procedure.input(OnVersion.extend({ path: z.string().max(4096) })).output(z.string().nullable()),
};
