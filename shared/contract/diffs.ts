import { z } from 'zod';
import { InProject, procedure } from './base.ts';
import { ColumnStats, DataSide, Finding } from './tables.ts';

/** A number of two cells may differ by this much and still be equal: |a − b| ≤ value, or for `rel` |a − b| ≤ value · max(|a|, |b|). */
export const Tolerance = z.object({ kind: z.enum(['abs', 'rel']), value: z.number().min(0) });
export type Tolerance = z.infer<typeof Tolerance>;

export const DiffSettings = z.object({
  /** columns that name a row; empty means that a key is looked for */
  key: z.array(z.string()).max(50).default([]),
  /** by column; `''` stands for every other number column */
  tolerance: z.record(z.string(), Tolerance).default({}),
  /** every cell compared as the text that it is written as */
  text: z.boolean().default(false),
});
export type DiffSettings = z.infer<typeof DiffSettings>;

/** From "nothing at all" to "the data": the first that is true. */
export const Verdict = z.enum(['identical', 'identical_data', 'order_only', 'schema_only', 'changed']);
export type Verdict = z.infer<typeof Verdict>;

export const ColumnDiff = z.object({
  name: z.string(),
  status: z.enum(['same', 'added', 'removed', 'renamed', 'retyped']),
  renamedFrom: z.string().nullable(),
  typeBefore: z.string().nullable(),
  typeAfter: z.string().nullable(),
  /** for a retyped column: how many old values of matched rows do not survive as the new type; not counted for nested types */
  lost: z.number().optional(),
  /** none was lost */
  lossless: z.boolean().optional(),
  changedCells: z.number(),
  nullsBefore: z.number().nullable(),
  nullsAfter: z.number().nullable(),
});
export type ColumnDiff = z.infer<typeof ColumnDiff>;

export const KeyUsed = z.object({
  columns: z.array(z.string()),
  source: z.enum(['declared', 'found', 'none']),
  uniqueBefore: z.boolean().nullable(),
  uniqueAfter: z.boolean().nullable(),
});
export type KeyUsed = z.infer<typeof KeyUsed>;

/** `duplicateKeys…` counts rows whose key an earlier row has; `moved` the fewest matched rows whose removal leaves the others in order. */
export const RowCounts = z.object({
  before: z.number(),
  after: z.number(),
  added: z.number(),
  removed: z.number(),
  changed: z.number(),
  unchanged: z.number(),
  moved: z.number(),
  duplicateKeysBefore: z.number(),
  duplicateKeysAfter: z.number(),
});
export type RowCounts = z.infer<typeof RowCounts>;

export const TableDiff = z.object({
  kind: z.literal('table'),
  verdict: Verdict,
  key: KeyUsed,
  rows: RowCounts,
  columns: z.array(ColumnDiff),
  findings: z.array(Finding),
  elapsedMs: z.number(),
});
export type TableDiff = z.infer<typeof TableDiff>;

export const FolderEntry = z.object({
  path: z.string(),
  status: z.enum(['added', 'removed', 'changed', 'renamed', 'unchanged']),
  renamedFrom: z.string().nullable(),
  bytesBefore: z.number().nullable(),
  bytesAfter: z.number().nullable(),
});
export type FolderEntry = z.infer<typeof FolderEntry>;

/** `entries` leaves out unchanged files; `bytes.added` counts whole added files, `bytes.changed` the new size of changed ones. */
export const FolderDiff = z.object({
  kind: z.literal('folder'),
  verdict: Verdict,
  files: z.object({
    added: z.number(),
    removed: z.number(),
    changed: z.number(),
    renamed: z.number(),
    unchanged: z.number(),
  }),
  bytes: z.object({
    before: z.number(),
    after: z.number(),
    added: z.number(),
    removed: z.number(),
    changed: z.number(),
  }),
  entries: z.array(FolderEntry),
  /** the same content in two splits (train, val, test …) of the new side; at most 1,000 */
  leaks: z.array(z.object({ paths: z.array(z.string()) })),
  findings: z.array(Finding),
  elapsedMs: z.number(),
});
export type FolderDiff = z.infer<typeof FolderDiff>;

/** One place of a JSON or YAML document that changed: a path like `model.layers[2].units`, values as compact JSON; for `moved` both paths. */
export const DocumentChange = z.object({
  path: z.string(),
  status: z.enum(['added', 'removed', 'changed', 'moved']),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type DocumentChange = z.infer<typeof DocumentChange>;

/** `lines` is there for text: how many each side has, and how many were added and removed by a longest common subsequence of lines. */
export const BytesDiff = z.object({
  kind: z.enum(['text', 'binary']),
  verdict: Verdict,
  bytes: z.object({ before: z.number(), after: z.number() }),
  md5: z.object({ before: z.string(), after: z.string() }),
  lines: z.object({ before: z.number(), after: z.number(), added: z.number(), removed: z.number() }).nullable(),
  /** for JSON and YAML documents, at most 5,000 */
  document: z.array(DocumentChange).nullable(),
  /** what is known of a binary (audio: duration, rate, channels …), side by side; only names that some side has */
  metadata: z.array(z.object({ name: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  findings: z.array(Finding),
  elapsedMs: z.number(),
});
export type BytesDiff = z.infer<typeof BytesDiff>;

export const ImageInfo = z.object({
  width: z.number(),
  height: z.number(),
  format: z.string(),
  /** e.g. `srgb, 3 channels, 8 bit` */
  mode: z.string(),
  pages: z.number(),
  bytes: z.number(),
});
export type ImageInfo = z.infer<typeof ImageInfo>;

/** `pixels` is null when the sizes differ or a side cannot be decoded. Deltas are 0–255 over the largest channel difference of a pixel. */
export const ImageDiff = z.object({
  kind: z.literal('image'),
  verdict: Verdict,
  before: ImageInfo.nullable(),
  after: ImageInfo.nullable(),
  pixels: z
    .object({ compared: z.number(), changed: z.number(), maxDelta: z.number(), meanDelta: z.number() })
    .nullable(),
  /** bits of 64 in which the perceptual hashes differ */
  distance: z.number().nullable(),
  metadata: z.array(z.object({ name: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  findings: z.array(Finding),
  elapsedMs: z.number(),
});
export type ImageDiff = z.infer<typeof ImageDiff>;

export const Diff = z.discriminatedUnion('kind', [TableDiff, FolderDiff, BytesDiff, ImageDiff]);
export type Diff = z.infer<typeof Diff>;

/** One side of a diff as people speak of it. */
export const SideInfo = z.object({
  side: DataSide,
  /** `working copy`, `v1.2`, `3f2a1b0c` or a file's name */
  label: z.string(),
  name: z.string(),
  hash: z.string().nullable(),
  bytes: z.number().nullable(),
  commit: z.object({ id: z.string(), at: z.number(), author: z.string(), message: z.string() }).nullable(),
});
export type SideInfo = z.infer<typeof SideInfo>;

/** What is known while the comparison is still at work: enough for a first verdict line. */
export const EarlyVerdict = z.object({
  /** null while nothing certain can be said; `changed` as soon as one difference is certain */
  verdict: Verdict.nullable(),
  rowsBefore: z.number().nullable(),
  rowsAfter: z.number().nullable(),
  columnsAdded: z.number(),
  columnsRemoved: z.number(),
});
export type EarlyVerdict = z.infer<typeof EarlyVerdict>;

export const OpenedDiff = z.object({
  id: z.string(),
  before: SideInfo,
  after: SideInfo,
  settings: DiffSettings,
  state: z.enum(['running', 'done', 'failed']),
  /** the job to watch and cancel while it runs */
  job: z.string().nullable(),
  early: EarlyVerdict.nullable(),
  /** a folder's `entries` are cut to the first 200 here; `diffs.entries` pages through all */
  diff: Diff.nullable(),
  error: z.string().nullable(),
  /** when the result was made, ms since 1970; older than this request when it was saved before */
  madeAt: z.number().nullable(),
});
export type OpenedDiff = z.infer<typeof OpenedDiff>;

/** Which rows of a table diff are wanted; all parts must hold. */
export const RowFilter = z.object({
  kinds: z
    .array(z.enum(['added', 'removed', 'changed', 'moved', 'unchanged']))
    .default(['added', 'removed', 'changed']),
  /** rows in which one of these columns changed */
  changedIn: z.array(z.string()).max(5000).default([]),
  /** changed rows whose changed columns are exactly these */
  columnSet: z.array(z.string()).max(5000).nullable().default(null),
  /** changed rows where this column went from this value to that */
  transition: z
    .object({ column: z.string(), from: z.string().nullable(), to: z.string().nullable() })
    .nullable()
    .default(null),
  /** text that some cell of either side holds, in any case */
  search: z.string().max(500).default(''),
  /** unchanged rows shown around each change */
  context: z.number().int().min(0).max(20).default(0),
});
export type RowFilter = z.infer<typeof RowFilter>;

/** `old` or `now` is absent where the row or column is not on that side; text is cut at 500 characters with `…` behind, then `cut` is true. */
export const DiffCell = z.object({
  old: z.string().nullable().optional(),
  now: z.string().nullable().optional(),
  changed: z.boolean().optional(),
  cut: z.boolean().optional(),
});
export type DiffCell = z.infer<typeof DiffCell>;

/** Row numbers count from 0 in each file. A `gap` stands for the `skipped` rows between two parts; its cells are empty. */
export const DiffRow = z.object({
  kind: z.enum(['added', 'removed', 'changed', 'unchanged', 'gap']),
  moved: z.boolean(),
  before: z.number().nullable(),
  after: z.number().nullable(),
  skipped: z.number().optional(),
  /** in the order of `columns` asked for, else of the diff's columns */
  cells: z.array(DiffCell),
});
export type DiffRow = z.infer<typeof DiffRow>;

export const OnDiff = InProject.extend({ id: z.string().min(1).max(100) });

export const RowsQuery = OnDiff.extend({
  filter: RowFilter.prefault({}),
  columns: z.array(z.string()).max(5000).optional(),
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(500).default(100),
});
export type RowsQuery = z.input<typeof RowsQuery>;

/** A column's values before and after over the same bins, and how far apart they are by a named test. */
export const ColumnDrift = z.object({
  column: z.string(),
  before: ColumnStats.nullable(),
  after: ColumnStats.nullable(),
  spread: z
    .discriminatedUnion('kind', [
      z.object({
        kind: z.enum(['numeric', 'time', 'text']),
        edges: z.array(z.number()),
        before: z.array(z.number()),
        after: z.array(z.number()),
      }),
      z.object({
        kind: z.literal('category'),
        values: z.array(z.string()),
        before: z.array(z.number()),
        after: z.array(z.number()),
        otherBefore: z.number(),
        otherAfter: z.number(),
      }),
    ])
    .nullable(),
  drift: z
    .object({
      /** e.g. `Wasserstein distance (normed)`, `Kolmogorov–Smirnov test` */
      test: z.string(),
      score: z.number(),
      /** what the score means: a distance grows with drift, a p-value falls */
      scale: z.enum(['distance', 'p-value']),
      threshold: z.number(),
      drifted: z.boolean(),
    })
    .nullable(),
});
export type ColumnDrift = z.infer<typeof ColumnDrift>;

export const Patterns = z.object({
  /** changed rows by the set of columns that changed in them, most rows first, at most 50 */
  columnSets: z.array(z.object({ columns: z.array(z.string()), rows: z.number() })),
  /** the most frequent changes of a value, at most 20 a column */
  transitions: z.array(
    z.object({
      column: z.string(),
      from: z.string().nullable(),
      to: z.string().nullable(),
      cells: z.number(),
    }),
  ),
  /** what changed cells of a column have in common, e.g. `scaled`: "multiplied by 100" */
  named: z.array(z.object({ column: z.string(), code: z.string(), message: z.string(), cells: z.number() })),
});
export type Patterns = z.infer<typeof Patterns>;

const Counts = z.object({
  added: z.number(),
  removed: z.number(),
  changed: z.number(),
  renamed: z.number(),
  unchanged: z.number(),
});

/** A folder or file below a prefix, with all that is below it added up. */
export const TreeNode = z.object({
  name: z.string(),
  path: z.string(),
  folder: z.boolean(),
  files: Counts,
  bytesBefore: z.number(),
  bytesAfter: z.number(),
  /** bytes of added, removed and changed files (of the larger side) */
  bytesChanged: z.number(),
  /** for a file */
  status: FolderEntry.shape.status.nullable(),
  renamedFrom: z.string().nullable(),
});
export type TreeNode = z.infer<typeof TreeNode>;

export const EntriesQuery = OnDiff.extend({
  statuses: z.array(FolderEntry.shape.status).default(['added', 'removed', 'changed', 'renamed']),
  /** below this folder; '' is everything */
  prefix: z.string().max(4096).default(''),
  search: z.string().max(500).default(''),
  only: z.enum(['images', 'all']).default('all'),
  sort: z.enum(['path', 'bytes']).default('path'),
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(2000).default(200),
});
export type EntriesQuery = z.input<typeof EntriesQuery>;

/** An image of one side that looks like one of the other (or of the same) side: bits of 64 in which perceptual hashes differ. */
export const SimilarPair = z.object({ before: z.string(), after: z.string(), distance: z.number() });
export type SimilarPair = z.infer<typeof SimilarPair>;

export const ExportFormat = z.enum(['html', 'md', 'tabular', 'parquet', 'json']);
export type ExportFormat = z.infer<typeof ExportFormat>;

export const diffs = {
  /** Begins to compare, or opens what was compared before; follow it with `diffs.get` (topic `diffs`) and its job. */
  open: procedure
    .input(InProject.extend({ before: DataSide, after: DataSide, settings: DiffSettings.prefault({}) }))
    .output(OpenedDiff),
  get: procedure.input(OnDiff).output(OpenedDiff),
  /** Saved comparisons of the project, newest first. */
  list: procedure.input(InProject).output(
    z.array(
      z.object({
        id: z.string(),
        before: SideInfo,
        after: SideInfo,
        settings: DiffSettings,
        kind: z.string(),
        verdict: Verdict,
        madeAt: z.number(),
      }),
    ),
  ),
  forget: procedure.input(OnDiff).output(z.void()),
  rows: procedure.input(RowsQuery).output(z.object({ total: z.number(), rows: z.array(DiffRow) })),
  /** The place in the filtered rows of the next (or previous) changed, added or removed row from `from` on, exclusive. */
  nextChange: procedure
    .input(
      OnDiff.extend({
        filter: RowFilter.prefault({}),
        from: z.number().int().min(-1),
        back: z.boolean().default(false),
        /** only changes in this column */
        column: z.string().nullable().default(null),
      }),
    )
    .output(z.object({ index: z.number().nullable() })),
  /** Both whole values of a cell (at most 10 MB each). */
  cell: procedure
    .input(
      OnDiff.extend({ before: z.number().int().nullable(), after: z.number().int().nullable(), column: z.string() }),
    )
    .output(z.object({ old: z.string().nullable().optional(), now: z.string().nullable().optional() })),
  columns: procedure.input(OnDiff.extend({ columns: z.array(z.string()).min(1).max(50) })).output(z.array(ColumnDrift)),
  patterns: procedure.input(OnDiff).output(Patterns),
  /** Both texts of a text diff, each cut at 2 MB. */
  texts: procedure.input(OnDiff).output(z.object({ before: z.string(), after: z.string(), cut: z.boolean() })),
  /** What is directly below a folder, changed bytes first; `depth` levels at once for a treemap. */
  tree: procedure
    .input(
      OnDiff.extend({ prefix: z.string().max(4096).default(''), depth: z.number().int().min(1).max(6).default(1) }),
    )
    .output(z.array(TreeNode)),
  entries: procedure.input(EntriesQuery).output(z.object({ total: z.number(), entries: z.array(FolderEntry) })),
  /** Images that look alike though their bytes differ; a job, since every image is read. The result comes with `diffs.similar`. */
  findSimilar: procedure.input(OnDiff).output(z.object({ job: z.string() })),
  similar: procedure.input(OnDiff).output(z.object({ done: z.boolean(), pairs: z.array(SimilarPair) })),
  /** Details of one image of a folder diff, or of the image diff itself (`path` ''). */
  image: procedure.input(OnDiff.extend({ path: z.string().max(4096).default('') })).output(ImageDiff),
  export: procedure.input(OnDiff.extend({ format: ExportFormat })).output(z.instanceof(Blob)),
};
