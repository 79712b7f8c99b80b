import { z } from 'zod';
import { InProject, JobStarted, procedure } from './base.ts';

/** How the working copy compares with what is recorded (as `dvc status` names it). `unknown`: not looked at yet. */
export const DatasetState = z.enum(['unchanged', 'modified', 'deleted', 'new', 'not in cache', 'unknown']);
export type DatasetState = z.infer<typeof DatasetState>;

export const LinkType = z.enum(['reflink', 'hardlink', 'symlink', 'copy']);
export type LinkType = z.infer<typeof LinkType>;

/** Documentation of a version, in DVC's own `desc`, `type`, `labels` and `meta`. */
export const Documentation = z.object({
  desc: z.string().nullable(),
  type: z.string().nullable(),
  labels: z.array(z.string()),
  /** `source`, `licence`, `owner`, `preprocessing`, `intended_use` and whatever else people wrote; values that are no text are JSON */
  meta: z.record(z.string(), z.string()),
});
export type Documentation = z.infer<typeof Documentation>;

export const Dataset = z.object({
  /** relative to the project, with `/` */
  path: z.string(),
  /** who keeps it: DVC (`.dvc` file or an output of `dvc.yaml`) or Git LFS */
  kind: z.enum(['dvc', 'lfs']),
  /** the file that records it: `data.csv.dvc`, `dvc.lock`, or the path itself for LFS */
  recordedIn: z.string(),
  folder: z.boolean(),
  /** MD5 in hex, with `.dir` for a folder; SHA-256 for LFS */
  hash: z.string().nullable(),
  size: z.number().nullable(),
  nfiles: z.number().nullable(),
  /** rows of a table, null when it is none or not counted yet */
  rows: z.number().nullable(),
  state: DatasetState,
  /** what the working copy differs by, when it is modified */
  drift: z
    .object({
      size: z.number(),
      nfiles: z.number(),
      /** null for a file */
      files: z.object({ added: z.number(), removed: z.number(), changed: z.number() }).nullable(),
    })
    .nullable(),
  /** the record itself is not in a commit yet */
  uncommitted: z.boolean(),
  inCache: z.boolean(),
  /** tags of the recorded version */
  tags: z.array(z.string()),
  /** sentences about rules of `assay.yaml` that it breaks */
  problems: z.array(z.string()),
  documentation: Documentation,
});
export type Dataset = z.infer<typeof Dataset>;

export const RemoteInfo = z.object({
  name: z.string(),
  /** without user names and passwords */
  url: z.string(),
  kind: z.enum(['folder', 's3', 'ssh', 'http', 'lfs', 'unknown']),
  isDefault: z.boolean(),
});
export type RemoteInfo = z.infer<typeof RemoteInfo>;

/** What the cache costs. `diskBytes` counts blocks that are really paid, once; `sharedBytes` those that working copies share with it. */
export const CacheInfo = z.object({
  folder: z.string(),
  configured: z.array(LinkType),
  /** what checkout and add really use on this disk, null before the cache is there */
  used: LinkType.nullable(),
  objects: z.number(),
  bytes: z.number(),
  sharedBytes: z.number(),
  diskBytes: z.number(),
});
export type CacheInfo = z.infer<typeof CacheInfo>;

export const DatasetVersion = z.object({
  commit: z.string(),
  at: z.number(),
  author: z.string(),
  message: z.string(),
  /** null where it was removed */
  hash: z.string().nullable(),
  size: z.number().nullable(),
  nfiles: z.number().nullable(),
  rows: z.number().nullable(),
  desc: z.string().nullable(),
  inCache: z.boolean(),
  tags: z.array(z.string()),
  /** runs that read this version, newest first, at most 20 */
  runs: z.array(z.object({ id: z.string(), name: z.string(), status: z.string() })),
});
export type DatasetVersion = z.infer<typeof DatasetVersion>;

const Paths = z.array(z.string().min(1).max(4096)).max(10_000);
const OnDataset = InProject.extend({ path: z.string().min(1).max(4096) });

export const GcKeep = z.object({
  branches: z.boolean().default(true),
  tags: z.boolean().default(true),
  commits: z.boolean().default(true),
  /** versions that runs of this project read */
  runs: z.boolean().default(true),
});
export type GcKeep = z.infer<typeof GcKeep>;

export const GcPlan = z.object({
  objects: z.number(),
  bytes: z.number(),
  /** largest first, at most 1,000; `why` and `last` say why it would go and where it was used last */
  entries: z.array(z.object({ hash: z.string(), bytes: z.number(), why: z.string(), last: z.string().nullable() })),
  kept: z.object({ objects: z.number(), bytes: z.number() }),
  /** other projects that use this cache; objects that they record are kept */
  sharedWith: z.array(z.string()),
  /** sentences about records that cannot be read; with any, nothing goes, since they may need it */
  unreadable: z.array(z.string()),
});
export type GcPlan = z.infer<typeof GcPlan>;

/** What a job of this domain left behind, read after it has ended. */
export const DatasetJobResult = z.object({
  /** sentences for a person: what was done, per dataset */
  lines: z.array(z.string()),
  /** datasets in which something is missing or damaged */
  broken: z.array(z.object({ path: z.string(), missing: z.number(), damaged: z.number(), repaired: z.number() })),
});
export type DatasetJobResult = z.infer<typeof DatasetJobResult>;

export const datasets = {
  /** Everything that is versioned. The states come from what the watcher knows; a scan that is due makes a `datasets` event when it ends. */
  list: procedure.input(InProject).output(
    z.object({
      datasets: z.array(Dataset),
      remotes: z.array(RemoteInfo),
      /** null when nothing is versioned here yet */
      cache: CacheInfo.nullable(),
      /** whether changes on disk are noticed at once; else why not, in a sentence */
      watching: z.boolean(),
      notWatching: z.string().nullable(),
      /** files and folders that look like data and are not versioned, largest first, at most 50 */
      candidates: z.array(z.object({ path: z.string(), size: z.number(), folder: z.boolean() })),
    }),
  ),
  history: procedure.input(OnDataset).output(z.array(DatasetVersion)),
  /** Files of a folder's version, in order of path; `rev` as in `DataSide`. */
  files: procedure
    .input(
      OnDataset.extend({
        rev: z.string().nullable(),
        prefix: z.string().max(4096).default(''),
        offset: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(5000).default(200),
      }),
    )
    .output(
      z.object({ total: z.number(), files: z.array(z.object({ path: z.string(), size: z.number().nullable() })) }),
    ),
  add: procedure
    .input(InProject.extend({ paths: Paths.min(1), with: z.enum(['dvc', 'lfs']).default('dvc') }))
    .output(JobStarted),
  /** Commits the records (`.dvc`, `.gitignore`, `.gitattributes`, pointers) of these datasets, and nothing else. */
  commit: procedure
    .input(InProject.extend({ paths: Paths, message: z.string().min(1).max(10_000) }))
    .output(z.object({ commit: z.string() })),
  /** Puts recorded versions in place, or with `rev` an older one of one dataset. Changes that no version holds are kept, unless `force`. */
  checkout: procedure
    .input(
      InProject.extend({ paths: Paths, rev: z.string().nullable().default(null), force: z.boolean().default(false) }),
    )
    .output(JobStarted),
  push: procedure
    .input(InProject.extend({ paths: Paths, remote: z.string().nullable().default(null) }))
    .output(JobStarted),
  /** Fetches what is recorded and puts it in place; with `rev` an older version comes into the cache alone, to be looked at. */
  pull: procedure
    .input(
      InProject.extend({
        paths: Paths,
        remote: z.string().nullable().default(null),
        rev: z.string().min(1).max(300).nullable().default(null),
        force: z.boolean().default(false),
      }),
    )
    .output(JobStarted),
  verify: procedure.input(InProject.extend({ paths: Paths, repair: z.boolean().default(false) })).output(JobStarted),
  result: procedure.input(z.object({ job: z.string() })).output(DatasetJobResult.nullable()),
  /** Tags the commit of a version: `<name>@<tag>`, an annotated git tag as GTO writes them. */
  tag: procedure
    .input(OnDataset.extend({ commit: z.string().min(4).max(64), name: z.string().min(1).max(200) }))
    .output(z.object({ tag: z.string() })),
  untag: procedure.input(InProject.extend({ tag: z.string().min(1).max(300) })).output(z.void()),
  rename: procedure.input(OnDataset.extend({ to: z.string().min(1).max(4096) })).output(z.void()),
  /** Stops tracking; the data stays where it is. */
  untrack: procedure.input(OnDataset).output(z.void()),
  describe: procedure
    .input(
      OnDataset.extend({
        desc: z.string().max(100_000).nullable().optional(),
        type: z.string().max(200).nullable().optional(),
        labels: z.array(z.string().max(200)).max(100).optional(),
        /** null removes an entry */
        meta: z.record(z.string().min(1).max(200), z.string().max(100_000).nullable()).optional(),
      }),
    )
    .output(z.void()),
  setRemote: procedure
    .input(
      InProject.extend({ name: z.string().min(1).max(100), url: z.string().min(1).max(2000), isDefault: z.boolean() }),
    )
    .output(z.void()),
  removeRemote: procedure.input(InProject.extend({ name: z.string() })).output(z.void()),
  gcPlan: procedure.input(InProject.extend({ keep: GcKeep.prefault({}) })).output(GcPlan),
  /** Moves what nobody needs to a trash beside the cache. */
  gc: procedure.input(InProject.extend({ keep: GcKeep.prefault({}) })).output(JobStarted),
  trash: procedure
    .input(InProject)
    .output(
      z.array(
        z.object({ id: z.string(), at: z.number(), objects: z.number(), bytes: z.number(), emptiedAt: z.number() }),
      ),
    ),
  restoreTrash: procedure.input(InProject.extend({ id: z.string() })).output(z.void()),
  emptyTrash: procedure.input(InProject.extend({ id: z.string() })).output(z.void()),
};
