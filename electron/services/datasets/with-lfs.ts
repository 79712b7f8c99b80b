import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import { AppError } from '../../../shared/errors.ts';
import { projectPath } from '../lfs/context.ts';
import type { Lfs } from '../lfs/service.ts';
import type { LfsStatus } from '../lfs/status.ts';
import type { CheckedOut } from './checkout.ts';
import { repoOf, type Work } from './context.ts';
import { chooseParts } from './parts.ts';
import type { Added, DatasetRow, Datasets } from './service.ts';
import type { DatasetStatus } from './status.ts';
import type { Transferred } from './transfer.ts';
import type { Verified } from './verify.ts';

export type AllDatasets = ReturnType<typeof withLfs>;

type Paths = { project: string; paths: readonly string[] };
type FromRemote = Paths & { remote?: string | null };
type Parts = { readonly dvc: readonly string[] | null; readonly lfs: readonly string[] | null };

/**
 * Data of DVC and of Git LFS under one set of names: a path goes to who has it, and without paths both are asked. For Git LFS `dvcPath` is
 * the path itself: git's index is its record.
 */
export function withLfs(dvc: Datasets, lfs: Lfs, { projects }: { projects: { get(id: string): { root: string } } }) {
  /** Which paths go to whom; null where one of the two has nothing to do. */
  const split = async ({ project, paths }: Paths): Promise<Parts> => {
    const repo = repoOf(projects.get(project).root);
    if (paths.length === 0) {
      const found = await lfs.list({ project, paths });
      const any = found ? found.items.length + found.context.removed.length : 0;
      return { dvc: repo || any === 0 ? [] : null, lfs: any > 0 ? [] : null };
    }
    const has = await lfs.has({ project, paths });
    const ofLfs = paths.filter((_, i) => has[i]);
    const ofDvc = paths.filter((path, i) => !has[i] || (repo !== null && isIn(repo, path)));
    return { dvc: ofDvc.length > 0 ? ofDvc : null, lfs: ofLfs.length > 0 ? ofLfs : null };
  };

  const isLfs = async (project: string, path: string): Promise<boolean> =>
    (await split({ project, paths: [path] })).dvc === null;

  /** A remote that one of the two does not know concerns only the other. */
  const concerned = ({ dvc: d, lfs: l }: Parts, project: string, remote: string | null | undefined): Parts => {
    if (!remote || d === null || l === null) return { dvc: d, lfs: l };
    const inDvc = dvc.remotes(project).some((one) => one.name === remote);
    return inDvc ? { dvc: d, lfs: null } : { dvc: null, lfs: l };
  };

  return {
    ...dvc,

    /** Records what files hold now: with Git LFS where `.gitattributes` says so or `with` does, else with DVC. */
    async add(
      { project, paths, with: kind = 'dvc' }: Paths & { with?: 'dvc' | 'lfs' },
      work: Work = {},
    ): Promise<Added[]> {
      const parts = kind === 'lfs' ? { dvc: null, lfs: paths } : await split({ project, paths });
      const added = parts.lfs ? await lfs.add({ project, paths: parts.lfs, track: kind === 'lfs' }, work) : [];
      return [
        ...(parts.dvc ? await dvc.add({ project, paths: parts.dvc }, work) : []),
        ...added.map((one) => ({ ...one, dvcPath: one.path, nfiles: null, link: 'copy', lacks: [] })),
      ];
    },

    /** What git itself lacks to handle files of Git LFS, as a sentence; null when nothing. */
    lfsHint: (project: string): Promise<string | null> => lfs.hint(project),

    async status(input: Paths, work: Work = {}): Promise<DatasetStatus[]> {
      const parts = await split(input);
      const ofDvc = parts.dvc ? await dvc.status({ ...input, paths: parts.dvc }, work) : [];
      const found = parts.lfs ? await lfs.status({ ...input, paths: parts.lfs }, work) : null;
      return [...ofDvc, ...(found?.all ?? []).map((one) => statusRow(projectPath(found!.context, one.item.path), one))];
    },

    async list(input: Paths): Promise<DatasetRow[]> {
      const parts = await split(input);
      const found = parts.lfs ? await lfs.list({ ...input, paths: parts.lfs }) : null;
      const rows = (found?.items ?? []).map(({ path, pointer }): DatasetRow => {
        const own = projectPath(found!.context, path) ?? path;
        const hash = pointer?.oid ?? null;
        return { path: own, dvcPath: own, hash, size: pointer?.size ?? null, nfiles: null, ...NOTHING_SAID };
      });
      return [...(parts.dvc ? await dvc.list({ ...input, paths: parts.dvc }) : []), ...rows];
    },

    async log(input: { project: string; path: string }): Promise<DatasetVersion[]> {
      return (await isLfs(input.project, input.path)) ? lfs.log(input) : dvc.log(input);
    },

    /** Commits the records of these datasets, and nothing else that may be staged; returns the commit. */
    async commit(input: Paths, message: string, work: Work = {}): Promise<string> {
      const parts = await split(input);
      const staged = parts.lfs ? await lfs.records({ ...input, paths: parts.lfs }) : null;
      if (!staged || staged.staged.length === 0) return dvc.commit(input, message, work);
      return parts.dvc
        ? dvc.commit({ ...input, paths: parts.dvc }, message, work, staged)
        : lfs.commit(input.project, staged, message);
    },

    async checkout(input: Paths & { force?: boolean }, work: Work = {}): Promise<CheckedOut[]> {
      const parts = await split(input);
      return [
        ...(parts.dvc ? await dvc.checkout({ ...input, paths: parts.dvc }, work) : []),
        ...(parts.lfs ? (await lfs.checkout({ ...input, paths: parts.lfs }, work)).map(asCheckedOut) : []),
      ];
    },

    async checkoutVersion(
      input: { project: string; path: string; version: string; force?: boolean },
      work: Work = {},
    ): Promise<CheckedOut> {
      return (await isLfs(input.project, input.path))
        ? asCheckedOut(await lfs.checkoutVersion(input, work))
        : dvc.checkoutVersion(input, work);
    },

    async push(input: FromRemote, work: Work = {}): Promise<Transferred[]> {
      const parts = concerned(await split(input), input.project, input.remote);
      const ofDvc = parts.dvc ? await dvc.push({ ...input, paths: parts.dvc }, work) : [];
      const pushed = parts.lfs ? await lfs.push({ ...input, paths: parts.lfs }, work) : null;
      return pushed ? [...ofDvc, pushed] : ofDvc;
    },

    async fetch(input: FromRemote & { rev?: string | null }, work: Work = {}): Promise<Transferred[]> {
      const parts = concerned(await split(input), input.project, input.remote);
      const ofDvc = parts.dvc ? await dvc.fetch({ ...input, paths: parts.dvc }, work) : [];
      const fetched = parts.lfs ? await lfs.fetch({ ...input, paths: parts.lfs }, work) : null;
      return fetched ? [...ofDvc, fetched] : ofDvc;
    },

    async pull(
      input: FromRemote & { force?: boolean },
      work: Work = {},
    ): Promise<{ fetched: Transferred[]; checkedOut: CheckedOut[] }> {
      const parts = concerned(await split(input), input.project, input.remote);
      const ofDvc = parts.dvc ? await dvc.pull({ ...input, paths: parts.dvc }, work) : { fetched: [], checkedOut: [] };
      if (!parts.lfs) return ofDvc;
      const { fetched, checkedOut } = await lfs.pull({ ...input, paths: parts.lfs }, work);
      return {
        fetched: [...ofDvc.fetched, ...(fetched ? [fetched] : [])],
        checkedOut: [...ofDvc.checkedOut, ...checkedOut.map(asCheckedOut)],
      };
    },

    async verify(input: Paths & { repair?: boolean }, work: Work = {}): Promise<Verified[]> {
      const parts = await split(input);
      return [
        ...(parts.dvc ? await dvc.verify({ ...input, paths: parts.dvc }, work) : []),
        ...(parts.lfs ? await lfs.verify({ ...input, paths: parts.lfs }, work) : []),
      ];
    },

    async tag(input: { project: string; path: string; commit: string; version: string }): Promise<string> {
      return (await isLfs(input.project, input.path)) ? lfs.tag(input) : dvc.tag(input);
    },

    async rename(input: { project: string; path: string; to: string }, work: Work = {}): Promise<void> {
      await ((await isLfs(input.project, input.path)) ? lfs.rename(input) : dvc.rename(input, work));
    },

    async untrack(input: { project: string; path: string }, work: Work = {}): Promise<void> {
      await ((await isLfs(input.project, input.path)) ? lfs.untrack(input) : dvc.untrack(input, work));
    },

    async describe(input: Parameters<Datasets['describe']>[0], work: Work = {}): Promise<DatasetRow> {
      if (await isLfs(input.project, input.path))
        throw new AppError(
          'BAD_REQUEST',
          'Git LFS has no place for a description. Version the file with DVC to describe it ("assay data add").',
        );
      return dvc.describe(input, work);
    },
  };
}

const NOTHING_SAID = { desc: null, type: null, labels: [], meta: {} };

function isIn(repo: NonNullable<ReturnType<typeof repoOf>>, path: string): boolean {
  try {
    return chooseParts(repo, [path]).length > 0;
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return false;
    throw error;
  }
}

function statusRow(path: string | null, { item, state, now, inCache }: LfsStatus): DatasetStatus {
  const own = path ?? item.path;
  return {
    path: own,
    dvcPath: own,
    // what was just looked at is known
    state: state === 'unknown' ? 'modified' : state,
    hash: item.pointer?.oid ?? null,
    size: item.pointer?.size ?? null,
    nfiles: null,
    now: now && { ...now, nfiles: 1 },
    inCache,
    files: null,
  };
}

const asCheckedOut = (one: { path: string; hash: string; written: number; kept: boolean }): CheckedOut => ({
  ...one,
  removed: 0,
  link: 'copy',
});
