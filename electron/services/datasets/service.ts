import { join, relative, resolve, sep } from 'node:path';
import type { DatasetVersion, GcKeep, RemoteInfo } from '../../../shared/contract/datasets.ts';
import type { DataSide } from '../../../shared/contract/tables.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Db } from '../../db/open.ts';
import { writeFileAtomic } from '../../platform/files.ts';
import type { PathsToCommit } from '../git/commit-paths.ts';
import type { GitService } from '../git/service.ts';
import type { Definition } from '../projects/definition.ts';
import { type Added as AddedPath, addPath } from './add.ts';
import { artifactName, versionTag } from './artifact-name.ts';
import type { Candidate } from './candidates.ts';
import { type CheckedOut, carryOut, planCheckout } from './checkout.ts';
import { type Collected, collect, newestTrash, planCollection, type Surroundings } from './collect.ts';
import { commitRecords } from './commit.ts';
import { initRepo, type Repo, readConfig } from './config.ts';
import { removeRemote, setRemote } from './config-edit.ts';
import { type Context, repoOf, requireRepo, stopOn, type Work } from './context.ts';
import { type CurrentVersion, currentVersions } from './current.ts';
import { documentationOf } from './documentation.ts';
import { type Description, withDescription } from './dvc-file.ts';
import type { Plan } from './gc-plan.ts';
import { findVersion, recordAt, versionAt } from './history.ts';
import { locate } from './locate.ts';
import type { Located } from './located.ts';
import { lockRepo } from './lock.ts';
import { chooseParts, isWithin, type Part } from './parts.ts';
import { createPool } from './pool.ts';
import { remotesOf } from './remote-info.ts';
import { renameDataset } from './rename.ts';
import { chooseDatasets, type Dataset, findGitTop, readDatasets, requireRecord } from './repo-files.ts';
import { openRowCounts } from './rows.ts';
import { type DataRules, missingDocumentation, nameProblem } from './rules.ts';
import { type DatasetStatus, statusOf } from './status.ts';
import { fetch, push, type Transferred } from './transfer.ts';
import { listTrash, type Trash } from './trash.ts';
import { untrack } from './untrack.ts';
import { hashesUsed } from './uses.ts';
import { type Verified, verifyDataset } from './verify.ts';
import { versionsOf } from './versions.ts';

export type Datasets = ReturnType<typeof createDatasets>;

/** `lacks`: what assay.yaml asks every dataset to say, and this one does not. */
export type Added = AddedPath & { readonly lacks: readonly string[] };

export type DatasetRow = {
  readonly path: string;
  readonly dvcPath: string;
  readonly hash: string | null;
  readonly size: number | null;
  readonly nfiles: number | null;
  readonly desc: string | null;
  readonly type: string | null;
  readonly labels: readonly string[];
  readonly meta: unknown;
};

const LOOK_AROUND_MS = 1000;

type Deps = {
  projects: {
    get(id: string): { root: string; db?: Db };
    definition?(id: string): Definition | null;
    list?(): readonly { root: string }[];
  };
  git: GitService;
};
type Collection = { project: string; keep: GcKeep };
type Paths = { project: string; paths: readonly string[] };

/**
 * Versions of data in DVC's own format: what is written here `dvc` reads, and the other way round. Paths are absolute, or mean everything
 * when there are none. Whatever writes waits for `dvc`'s lock.
 */
export function createDatasets({ projects, git }: Deps) {
  const pool = createPool();

  const contextOf = (project: string, repo: Repo, work: Work): Context => {
    const { root } = projects.get(project);
    const gitTop = findGitTop(repo.root);
    const { signal = new AbortController().signal, onProgress: report = () => {}, jobs = null } = work;
    return { project: root, repo, gitTop, git, pool, stop: stopOn(signal), signal, report, jobs };
  };

  const locked = async <T>(
    project: string,
    repo: Repo,
    work: Work,
    run: (context: Context) => Promise<T>,
  ): Promise<T> => {
    const release = await lockRepo(repo, work);
    try {
      return await run(contextOf(project, repo, work));
    } finally {
      release();
    }
  };

  /** The rules of assay.yaml. @throws AppError BAD_REQUEST when it cannot be read */
  const rulesOf = (project: string): DataRules | undefined => projects.definition?.(project)?.data ?? undefined;

  const repository = (project: string): Repo => requireRepo(projects.get(project).root);

  const around = (project: string): Surroundings => {
    const { db } = projects.get(project);
    return {
      hashesOfRuns: db ? hashesUsed(db) : new Set(),
      projects: projects.list?.().map((one) => one.root) ?? [],
    };
  };

  /** Puts versions in place; all of them are checked before the first is touched. */
  const bringBack = async (context: Context, parts: readonly Part[], force: boolean): Promise<CheckedOut[]> => {
    const plans = [];
    for (const part of parts) {
      const { path, out } = part.dataset;
      if (out.hash === null || !out.cache) continue;
      plans.push({ path, plan: await planCheckout(context, path, out, force, (file) => isWithin(part, file)) });
    }
    const done: CheckedOut[] = [];
    for (const { path, plan } of plans) done.push(await carryOut(context, path, plan));
    return done;
  };

  return {
    /** Records what files and folders hold now as their versions. Makes `.dvc` when there is none. */
    async add({ project, paths }: Paths, work: Work = {}): Promise<Added[]> {
      if (paths.length === 0) throw new AppError('BAD_REQUEST', 'Name at least one file or folder to add.');
      const { root } = projects.get(project);
      const repo = repoOf(root) ?? initRepo(root, findGitTop(root) !== null);
      return locked(project, repo, work, async (context) => {
        const rules = rulesOf(project);
        const added: Added[] = [];
        for (const path of paths) {
          const one = await addPath(context, path, (name) => refuseName(rules, name, root, repo.root));
          const documentation = documentationOf(
            readDatasets(repo, one.dvcPath).find((it) => it.path === one.path)!.out,
          );
          added.push({ ...one, lacks: missingDocumentation(rules, documentation) });
        }
        return added;
      });
    },

    /** What an operation on this project works with; null while nothing is versioned in it. */
    context(project: string, work: Work = {}): Context | null {
      const repo = repoOf(projects.get(project).root);
      return repo && contextOf(project, repo, work);
    },

    /** The one dataset that a path means. @throws AppError NOT_FOUND, BAD_REQUEST when it means several */
    find: (project: string, path: string): Dataset => oneOf(chooseDatasets(repository(project), [path]), path),

    /**
     * Commits the records of these datasets, and nothing else that may be staged; returns the commit.
     * @param also goes along, by paths from the project's folder
     */
    async commit(
      { project, paths }: Paths,
      message: string,
      work: Work = {},
      also: PathsToCommit = { paths: [], staged: [] },
    ): Promise<string> {
      const repo = repository(project);
      const named = paths.map((path) => relative(repo.root, path).split(sep).join('/'));
      const { root } = projects.get(project);
      const fromRepo = (path: string): string => relative(repo.root, join(root, path)).split(sep).join('/');
      const others = { paths: also.paths.map(fromRepo), staged: also.staged.map(fromRepo) };
      return locked(project, repo, work, (context) => commitRecords(context, named, message, others));
    },

    /** Stops tracking a dataset; the data stays where it is. */
    async untrack({ project, path }: { project: string; path: string }, work: Work = {}): Promise<void> {
      const repo = repository(project);
      await locked(project, repo, work, (context) =>
        untrack(context, requireRecord(oneOf(chooseDatasets(repo, [path]), path), 'untracked')),
      );
    },

    /** Gives a dataset another path; the data moves with it. */
    async rename({ project, path, to }: { project: string; path: string; to: string }, work: Work = {}): Promise<void> {
      const repo = repository(project);
      refuseName(rulesOf(project), to, projects.get(project).root, repo.root);
      await locked(project, repo, work, (context) =>
        renameDataset(
          context,
          requireRecord(oneOf(chooseDatasets(repo, [path]), path), 'renamed'),
          relative(repo.root, to).split(sep).join('/'),
        ),
      );
    },

    /** Registers a version: `name@v1.2.0` as an annotated tag of its commit. Returns the tag. */
    async tag(input: { project: string; path: string; commit: string; version: string }): Promise<string> {
      const repo = repository(input.project);
      const dataset = oneOf(chooseDatasets(repo, [input.path]), input.path);
      const tag = versionTag(artifactName(dataset.path), input.version);
      const commit = await git.resolveRef(repo.root, input.commit);
      const found = commit === null ? null : await recordAt({ repo, git }, dataset, commit);
      if (commit === null || !found?.out.hash)
        throw new AppError(
          'NOT_FOUND',
          `The commit ${input.commit} has no version of ${dataset.path}. "assay data log ${dataset.path}" shows those that have.`,
        );
      await git.createTag(repo.root, tag, commit, `${dataset.path}: ${found.out.hash}`);
      return tag;
    },

    /** Removes a version's tag. @throws AppError BAD_REQUEST for a tag that is none of a version */
    async untag({ project, tag }: { project: string; tag: string }): Promise<void> {
      if (!/@v\d/.test(tag))
        throw new AppError('BAD_REQUEST', `${tag} is no tag of a version (name@v1.2.0). Remove it with "git tag -d".`);
      await git.deleteTag(repository(project).root, tag);
    },

    /** The remotes as they may be shown. */
    remotes(project: string): RemoteInfo[] {
      const repo = repoOf(projects.get(project).root);
      return repo ? remotesOf(repo) : [];
    },

    /** Sets or changes a remote in .dvc/config. */
    async setRemote(
      { project, name, url, isDefault }: { project: string; name: string; url: string; isDefault: boolean },
      work: Work = {},
    ): Promise<void> {
      const { root } = projects.get(project);
      const repo = repoOf(root) ?? initRepo(root, findGitTop(root) !== null);
      await locked(project, repo, work, async () => setRemote(repo, name, url, isDefault, root));
    },

    async removeRemote({ project, name }: { project: string; name: string }, work: Work = {}): Promise<void> {
      const repo = repository(project);
      await locked(project, repo, work, async () => removeRemote(repo, name));
    },

    /** How the working copies compare with what is recorded. */
    async status({ project, paths }: Paths, work: Work = {}): Promise<DatasetStatus[]> {
      const repo = repository(project);
      const context = contextOf(project, repo, work);
      const all: DatasetStatus[] = [];
      for (const dataset of chooseDatasets(repo, paths)) all.push(await statusOf(context, dataset));
      return all;
    },

    /** What paths of the project hold now, versioned or not, for the record of a run; null for those that are not there. */
    current({ project, paths }: Paths, work: Work = {}): Promise<(CurrentVersion | null)[]> {
      const { root } = projects.get(project);
      const repo = repoOf(root) ?? { root, config: readConfig(root) };
      return currentVersions(contextOf(project, repo, work), paths);
    },

    /** What is versioned, as recorded; nothing of the data is read. */
    async list({ project, paths }: Paths): Promise<DatasetRow[]> {
      const repo = repoOf(projects.get(project).root);
      if (!repo) return [];
      return chooseDatasets(repo, paths).map(rowOf);
    },

    /** The versions of one dataset over the git history, newest first, with tags and, where there is an index, the runs that read them. */
    async log({ project, path }: { project: string; path: string }): Promise<DatasetVersion[]> {
      const repo = repository(project);
      const { db, root } = projects.get(project);
      const dataset = oneOf(chooseDatasets(repo, [path]), path);
      return versionsOf(contextOf(project, repo, {}), dataset, db ?? null, openRowCounts(root).get);
    },

    /**
     * A side of a comparison, or a table to look at, as bytes on this machine; nothing is fetched.
     * @throws AppError NOT_FOUND also for a version that must be pulled first
     */
    locate: ({ project, side }: { project: string; side: DataSide }, work: Work = {}): Promise<Located> =>
      locate({ root: projects.get(project).root, git, pool, signal: work.signal }, side),

    /** Files and folders that look like data, in a project that versions none yet. */
    candidates: (project: string): Promise<Candidate[]> =>
      pool.ask('candidates', { root: projects.get(project).root, known: [], maxMs: LOOK_AROUND_MS }, stopOn(undefined)),

    /** Puts the recorded versions in place. Changes that no version holds are kept, unless `force`. */
    async checkout(
      { project, paths, force = false }: Paths & { force?: boolean },
      work: Work = {},
    ): Promise<CheckedOut[]> {
      const repo = repository(project);
      return locked(project, repo, work, (context) => bringBack(context, chooseParts(repo, paths), force));
    },

    /**
     * Makes an older version of one dataset the recorded one and puts it in place.
     * @param version a commit, branch or tag, or the beginning of a hash that `log` shows
     */
    async checkoutVersion(
      { project, path, version, force = false }: { project: string; path: string; version: string; force?: boolean },
      work: Work = {},
    ): Promise<CheckedOut> {
      const repo = repository(project);
      return locked(project, repo, work, async (context) => {
        const dataset = oneOf(chooseDatasets(repo, [path]), path);
        const { out, text } = await versionAt(context, dataset, version, force);
        const plan = await planCheckout(context, dataset.path, out, force);
        // first the record: whoever dies in between completes it with "checkout"; dvc.lock records other outputs too, and stays
        if (dataset.stage === null) writeFileAtomic(join(repo.root, dataset.dvcPath), text);
        return carryOut(context, dataset.path, plan);
      });
    },

    /** Copies versions to a remote. */
    async push(
      { project, paths, remote = null }: Paths & { remote?: string | null },
      work: Work = {},
    ): Promise<Transferred[]> {
      const repo = repository(project);
      return locked(project, repo, work, (context) => push(context, chooseDatasets(repo, paths), remote));
    },

    /**
     * Fetches versions, or parts of versioned folders, from a remote into the cache.
     * @param rev instead of what is recorded now: a commit, branch or tag, or the beginning of a hash that `log` shows
     */
    async fetch(
      { project, paths, remote = null, rev = null }: Paths & { remote?: string | null; rev?: string | null },
      work: Work = {},
    ): Promise<Transferred[]> {
      const repo = repository(project);
      return locked(project, repo, work, async (context) => {
        const parts: Part[] = [];
        for (const part of chooseParts(repo, paths)) {
          const { dataset } = part;
          const out = rev === null ? dataset.out : (await findVersion(context, dataset, rev)).out;
          parts.push({ ...part, dataset: { ...dataset, out } });
        }
        return fetch(context, parts, remote);
      });
    },

    /** Fetches versions, or parts of versioned folders, from a remote and puts them in place. */
    async pull(
      { project, paths, remote = null, force = false }: Paths & { remote?: string | null; force?: boolean },
      work: Work = {},
    ): Promise<{ fetched: Transferred[]; checkedOut: CheckedOut[] }> {
      const repo = repository(project);
      return locked(project, repo, work, async (context) => {
        const parts = chooseParts(repo, paths);
        const fetched = await fetch(context, parts, remote);
        return { fetched, checkedOut: await bringBack(context, parts, force) };
      });
    },

    /** Hashes every object of the recorded versions anew; with `repair` what is missing or damaged is fetched from a remote. */
    async verify(
      { project, paths, repair = false }: Paths & { repair?: boolean },
      work: Work = {},
    ): Promise<Verified[]> {
      const repo = repository(project);
      return locked(project, repo, work, async (context) => {
        const all: Verified[] = [];
        for (const dataset of chooseDatasets(repo, paths)) all.push(await verifyDataset(context, dataset, repair));
        return all;
      });
    },

    /** Changes what is written about a version, in DVC's own fields; without any change it is only shown. */
    async describe(
      { project, path, change }: { project: string; path: string; change: Description | null },
      work: Work = {},
    ): Promise<DatasetRow> {
      const repo = repository(project);
      const find = (): Dataset => oneOf(chooseDatasets(repo, [path]), path);
      if (change === null) return rowOf(find());
      return locked(project, repo, work, async () => {
        const { file, index, dvcPath } = requireRecord(find(), 'described');
        writeFileAtomic(join(repo.root, dvcPath), withDescription(file, index, change));
        return rowOf(readDatasets(repo, dvcPath)[index]!);
      });
    },

    /** What of the cache nobody needs, and why; nothing is changed. */
    gcPlan: ({ project, keep }: Collection, work: Work = {}): Promise<Plan> =>
      planCollection(contextOf(project, repository(project), work), keep, around(project)),

    /** Moves what nobody needs to a trash in the cache, from where it can be restored for 14 days. */
    gc({ project, keep }: Collection, work: Work = {}): Promise<Collected> {
      const repo = repository(project);
      return locked(project, repo, work, (context) => collect(context, keep, around(project), work));
    },

    /** What can be restored, newest first. */
    trash: (project: string): Trash[] => {
      const repo = repoOf(projects.get(project).root);
      return repo ? listTrash(repo) : [];
    },

    /** Puts collected objects back; the newest trash without an id. Returns how many. */
    restoreTrash({ project, id }: { project: string; id: string | null }, work: Work = {}): Promise<number> {
      const repo = repository(project);
      return locked(project, repo, work, (context) =>
        pool.ask('restoreTrash', { repo, id: id ?? newestTrash(context).id }, context.stop),
      );
    },

    /** Deletes collected objects for good. */
    async emptyTrash({ project, id }: { project: string; id: string }, work: Work = {}): Promise<void> {
      const repo = repository(project);
      await locked(project, repo, work, (context) =>
        pool.ask('emptyTrash', { repo, id, now: Date.now() }, context.stop),
      );
    },

    dispose: (): Promise<void> => pool.dispose(),
  };
}

function rowOf({ path, dvcPath, out }: Dataset): DatasetRow {
  const { hash, size, nfiles, desc, type, labels, meta } = out;
  return { path, dvcPath, hash, size, nfiles, desc, type, labels, meta };
}

/** @throws AppError BAD_REQUEST when a path does not fit the rule of assay.yaml, which counts from the project's folder */
function refuseName(rules: DataRules | undefined, full: string, root: string, repoRoot: string): void {
  const problem = nameProblem(rules, relative(root, resolve(repoRoot, full)).split(sep).join('/'));
  if (problem !== null) throw new AppError('BAD_REQUEST', problem);
}

function oneOf(found: readonly Dataset[], path: string): Dataset {
  if (found.length !== 1)
    throw new AppError(
      'BAD_REQUEST',
      `${path} holds ${found.length} datasets (${found
        .slice(0, 3)
        .map((one) => one.path)
        .join(', ')} …). Name one of them.`,
    );
  return found[0]!;
}
