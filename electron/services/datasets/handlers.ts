import { resolve } from 'node:path';
import { implement } from '@orpc/server';
import type { z } from 'zod';
import type { DatasetJobResult } from '../../../shared/contract/datasets.ts';
import { contract } from '../../../shared/contract/index.ts';
import { AppError } from '../../../shared/errors.ts';
import type { JobHandle, JobsService } from '../jobs/service.ts';
import type { LfsOverview } from '../lfs/overview.ts';
import type { ProjectLookup } from '../projects/open-project.ts';
import type { Context, Work } from './context.ts';
import { filesPage } from './list-files.ts';
import { type Overview, projectPath } from './overview.ts';
import { addedLine, checkedOutLine, collectedLines, transferredLine, verifiedLine } from './result-lines.ts';
import { createResults } from './results.ts';
import { versionsOf } from './versions.ts';
import type { AllDatasets } from './with-lfs.ts';

type Result = z.infer<typeof DatasetJobResult>;
type Deps = { datasets: AllDatasets; lfs: LfsOverview; overview: Overview; projects: ProjectLookup; jobs: JobsService };

/** Binds `contract.datasets`. */
export function datasetsHandlers({ datasets, lfs, overview, projects, jobs }: Deps) {
  const os = implement(contract.datasets);
  const results = createResults();
  const full = (project: string, path: string): string => resolve(projects.get(project).root, path);
  const all = (project: string, paths: readonly string[]): string[] => paths.map((path) => full(project, path));

  const contextOf = (project: string): Context => {
    const context = datasets.context(project);
    if (!context)
      throw new AppError('NOT_FOUND', 'No data is versioned in this project yet. Add a file or folder first.');
    return context;
  };

  /** Starts work as a job; what it leaves behind is kept under the job's id. */
  const asJob = (
    project: string,
    title: string,
    unit: string,
    work: (work: Work) => Promise<Partial<Result>>,
  ): { job: string } => {
    const job = jobs.start({ title, project, unit }, async ({ progress, signal }: JobHandle) => {
      try {
        const result = await work({
          signal,
          onProgress: ({ done, total, label, unit: of }) => progress(done, total, label, of),
          onWait: (why) => progress(0, 0, why),
        });
        results.put(job, { lines: [], broken: [], ...result });
      } finally {
        overview.touch(project);
      }
    });
    return { job };
  };

  /** Short work that changes records: whoever looks at them is told. */
  const changing = async <T>(project: string, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } finally {
      overview.touch(project);
    }
  };

  return {
    list: os.list.handler(async ({ input }) => {
      const known = await overview.list(input.project);
      return {
        datasets: [...(known?.datasets ?? []), ...(await lfs.list(input.project))],
        remotes: [...datasets.remotes(input.project), ...(await lfs.remotes(input.project))],
        cache: known?.cache ?? null,
        candidates: known?.candidates ?? (await datasets.candidates(input.project)),
        ...overview.watching(input.project),
      };
    }),
    history: os.history.handler(async ({ input: { project, path } }) => {
      if (await lfs.has(project, full(project, path))) return lfs.history(project, full(project, path));
      const context = contextOf(project);
      const dataset = datasets.find(project, full(project, path));
      const rows = (hash: string): number | null => overview.rowsOf(project, context.project, hash);
      const versions = await versionsOf(context, dataset, projects.get(project).db, rows);
      const uncounted = versions.flatMap(({ hash, rows: known }) =>
        hash === null || known !== null ? [] : [{ hash, path: dataset.path }],
      );
      void overview.count(project, context, uncounted);
      return versions;
    }),
    files: os.files.handler(({ input: { project, path, ...page } }) =>
      filesPage(contextOf(project), datasets.find(project, full(project, path)), page),
    ),
    add: os.add.handler(({ input: { project, paths, with: kind } }) => {
      return asJob(project, `Add ${named(paths)}`, 'bytes', async (work) => {
        const lines = (await datasets.add({ project, paths: all(project, paths), with: kind }, work)).map(addedLine);
        const hint = kind === 'lfs' ? await datasets.lfsHint(project) : null;
        return { lines: hint === null ? lines : [...lines, hint] };
      });
    }),
    commit: os.commit.handler(({ input: { project, paths, message } }) =>
      changing(
        project,
        datasets.commit({ project, paths: all(project, paths) }, message).then((commit) => ({ commit })),
      ),
    ),
    checkout: os.checkout.handler(({ input: { project, paths, rev, force } }) => {
      if (rev !== null && paths.length !== 1)
        throw new AppError('BAD_REQUEST', 'Name exactly one dataset with a version.');
      return asJob(project, `Check out ${named(paths)}`, 'files', async (work) => {
        const input = { project, paths: all(project, paths), force };
        const done =
          rev === null
            ? await datasets.checkout(input, work)
            : [await datasets.checkoutVersion({ project, path: input.paths[0]!, version: rev, force }, work)];
        return { lines: done.map(checkedOutLine) };
      });
    }),
    push: os.push.handler(({ input: { project, paths, remote } }) =>
      asJob(project, `Push ${named(paths)}`, 'files', async (work) => ({
        lines: (await datasets.push({ project, paths: all(project, paths), remote }, work)).map((one) =>
          transferredLine('Pushed', 'to', one),
        ),
      })),
    ),
    pull: os.pull.handler(({ input: { project, paths, remote, rev, force } }) =>
      asJob(project, `Pull ${named(paths)}`, 'files', async (work) => {
        const input = { project, paths: all(project, paths), remote, force };
        if (rev !== null) {
          const fetched = await datasets.fetch({ ...input, rev }, work);
          return { lines: fetched.map((one) => transferredLine('Fetched', 'from', one)) };
        }
        const { fetched, checkedOut } = await datasets.pull(input, work);
        return {
          lines: [...fetched.map((one) => transferredLine('Fetched', 'from', one)), ...checkedOut.map(checkedOutLine)],
        };
      }),
    ),
    verify: os.verify.handler(({ input: { project, paths, repair } }) =>
      asJob(project, `Verify ${named(paths)}`, 'files', async (work) => {
        const verified = await datasets.verify({ project, paths: all(project, paths), repair }, work);
        const repo = datasets.context(project)?.repo;
        return {
          lines: verified.map(verifiedLine),
          broken: verified
            .filter((one) => one.missing.length + one.damaged.length > 0)
            .map(({ path, missing, damaged, repaired }) => ({
              path: (repo && projectPath({ project: projects.get(project).root, repo }, path)) ?? path,
              missing: missing.length,
              damaged: damaged.length,
              repaired,
            })),
        };
      }),
    ),
    result: os.result.handler(({ input }) => results.get(input.job)),
    tag: os.tag.handler(({ input: { project, path, commit, name } }) =>
      changing(
        project,
        datasets.tag({ project, path: full(project, path), commit, version: name }).then((tag) => ({ tag })),
      ),
    ),
    untag: os.untag.handler(({ input }) => changing(input.project, datasets.untag(input))),
    rename: os.rename.handler(({ input: { project, path, to } }) =>
      changing(project, datasets.rename({ project, path: full(project, path), to: full(project, to) })),
    ),
    untrack: os.untrack.handler(({ input: { project, path } }) =>
      changing(project, datasets.untrack({ project, path: full(project, path) })),
    ),
    describe: os.describe.handler(async ({ input: { project, path, ...change } }) => {
      await changing(project, datasets.describe({ project, path: full(project, path), change }));
    }),
    setRemote: os.setRemote.handler(({ input }) => changing(input.project, datasets.setRemote(input))),
    removeRemote: os.removeRemote.handler(({ input }) => changing(input.project, datasets.removeRemote(input))),
    gcPlan: os.gcPlan.handler(async ({ input, signal }) => {
      const { garbage: _garbage, others: _others, ...plan } = await datasets.gcPlan(input, { signal });
      return plan;
    }),
    gc: os.gc.handler(({ input }) =>
      asJob(input.project, 'Collect garbage', 'objects', async (work) => ({
        lines: collectedLines(await datasets.gc(input, work)),
      })),
    ),
    trash: os.trash.handler(({ input }) => datasets.trash(input.project)),
    restoreTrash: os.restoreTrash.handler(async ({ input }) => {
      await changing(input.project, datasets.restoreTrash(input));
    }),
    emptyTrash: os.emptyTrash.handler(({ input }) => changing(input.project, datasets.emptyTrash(input))),
  };
}

const named = (paths: readonly string[]): string =>
  paths.length === 0 ? 'all data' : paths.length === 1 ? paths[0]! : `${paths.length} datasets`;
