import { z } from 'zod';
import { InProject, JobStarted, procedure } from './base.ts';
import { Interpreter } from './python.ts';

export const Project = z.object({
  id: z.string(),
  name: z.string(),
  root: z.string(),
  openedAt: z.number(),
  /** Commands that come from the repository run only after a person has said so. */
  trusted: z.boolean(),
  /** Has a `.assay` folder or an `assay.yaml`. */
  initialised: z.boolean(),
  /** The folder is still there. */
  exists: z.boolean(),
  example: z.boolean(),
});
export type Project = z.infer<typeof Project>;

export const GitState = z.object({
  branch: z.string().nullable(),
  commit: z.string().nullable(),
  remote: z.string().nullable(),
  /** null while it is being worked out, or when it took too long */
  dirty: z.boolean().nullable(),
  changedFiles: z.number().nullable(),
  merging: z.boolean(),
  detached: z.boolean(),
});
export type GitState = z.infer<typeof GitState>;

export const ProjectState = z.object({
  project: Project,
  git: GitState.nullable(),
  /** A sentence when the folder cannot be written, `assay.yaml` is wrong, or the like. */
  problems: z.array(z.object({ code: z.string(), message: z.string() })),
  python: Interpreter.nullable(),
  defaultCommand: z.array(z.string()).nullable(),
  defaultExperiment: z.string().nullable(),
  runs: z.object({ total: z.number(), active: z.number(), queued: z.number(), deleted: z.number() }),
});
export type ProjectState = z.infer<typeof ProjectState>;

export const FolderListing = z.object({
  path: z.string(),
  parent: z.string().nullable(),
  entries: z.array(z.object({ name: z.string(), path: z.string(), git: z.boolean(), assay: z.boolean() })),
});
export type FolderListing = z.infer<typeof FolderListing>;

export const projects = {
  list: procedure.output(z.array(Project)),
  /** Opens a folder: adds it to the recent ones and starts to watch its runs. Writes nothing into it. */
  open: procedure.input(z.object({ path: z.string().min(1).max(4096) })).output(Project),
  /** What `assay init` does: `.assay/` with its own `.gitignore`, and an `assay.yaml` if there is none. */
  init: procedure.input(InProject).output(Project),
  trust: procedure.input(InProject.extend({ trusted: z.boolean() })).output(Project),
  /** Takes it off the list; its files stay. */
  forget: procedure.input(InProject).output(z.void()),
  state: procedure.input(InProject).output(ProjectState),
  /** Folders only, for the picker of the browser mode. */
  browse: procedure.input(z.object({ path: z.string().max(4096).optional() })).output(FolderListing),
  /** Creates the example project by really running it; the project is there at once, its runs arrive one by one. */
  example: procedure.output(JobStarted.extend({ project: Project })),
  reindex: procedure.input(InProject).output(JobStarted),
};
