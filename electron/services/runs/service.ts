import {
  type LogMatches,
  type LogStream,
  type RunColumns,
  type RunDetail,
  type RunPage,
  type RunPatch,
  RunQuery,
  type TablePage,
} from '../../../shared/contract/runs.ts';
import { AppError } from '../../../shared/errors.ts';
import { type Filter, parseFilter } from '../../../shared/run-filter.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Events } from '../events.ts';
import type { OpenProject, ProjectLookup } from '../projects/open-project.ts';
import { artifactFile, readArtifact } from './artifacts.ts';
import { appendToRuns, type LogLine, patchLine } from './changes.ts';
import { noRun, readDetail } from './detail.ts';
import { listJson, type RunJson } from './export.ts';
import { readLog, searchLog } from './logs.ts';
import { hideRun, removeHidden } from './purge.ts';
import { readRows } from './rows.ts';
import { fileInside, folderOfRun, readTextHead } from './run-files.ts';
import { columns, findPage, idsLike, idsNamed, type RunState, removeRuns, runStates } from './store.ts';
import { previewTable } from './table-preview.ts';

/** What keeps the index up to date. */
export type Ingest = {
  /** This run's files changed: look at them with the next `sync`, also when the run ended long ago. */
  touch(project: string, run: string): void;
  /** Resolves when all that is in the files now is in the index. */
  sync(project: string): Promise<void>;
};

type Deps = { projects: ProjectLookup; ingest: Ingest; events: Events; log: Log; clock: Clock };
type OnRun = { project: string; run: string };
type OnRuns = { project: string; runs: readonly string[] };

const SLOW_MS = 20;
const MAX_PATCH_BYTES = 5_000_000;
const MAX_PACKAGES_BYTES = 1_000_000;

export type RunsService = ReturnType<typeof createRuns>;

/** The runs of a project: the table, one run with its files, and what a person may change. */
export function createRuns({ projects, ingest, events, log, clock }: Deps) {
  const folder = ({ project, run }: OnRun): string => folderOfRun(projects.get(project).root, run);

  const timed = <T>(name: string, work: () => T): T => {
    const start = performance.now();
    const result = work();
    const ms = Math.round(performance.now() - start);
    if (ms > SLOW_MS) log.warn('slow statement', { name, ms });
    return result;
  };

  const page = (
    input: RunQuery,
  ): { project: OpenProject; total: number; pks: number[]; query: ReturnType<typeof RunQuery.parse> } => {
    const query = RunQuery.parse(input);
    const project = projects.get(query.project);
    const filter = filterOf(query.filter, clock.now());
    return {
      project,
      query,
      ...timed('runs.page', () => findPage(project.db, { ...query, filter, now: clock.now() })),
    };
  };

  /** Those of the runs that exist, or an error that says which do not. */
  const known = (project: OpenProject, runs: readonly string[]): RunState[] => {
    const states = runStates(project.db, [...new Set(runs)]);
    const ids = new Set(states.map((state) => state.id));
    const missing = runs.find((run) => !ids.has(run));
    if (missing !== undefined) throw noRun(missing);
    return states;
  };

  /** The file is the truth: the change is written there, then read back into the index, so that the next list shows it. */
  const append = async ({ project: id, runs }: OnRuns, line: LogLine): Promise<void> => {
    const project = projects.get(id);
    const ids = known(project, runs).map((state) => state.id);
    const readBack = async (): Promise<void> => {
      for (const run of ids) ingest.touch(id, run);
      await ingest.sync(id).finally(() => events.changed('runs', id, ids));
    };
    try {
      appendToRuns(project.root, ids, line, clock.now());
    } catch (error) {
      // on a full disk the index cannot be written either: what is told is why the change was not kept
      await readBack().catch(() => {});
      throw error;
    }
    await readBack();
  };

  return {
    /** @throws AppError BAD_REQUEST for a filter or a sort key that is not understood */
    list(input: RunQuery): RunPage {
      const { project, total, pks, query } = page(input);
      return { total, rows: timed('runs.rows', () => readRows(project.db, pks, query)) };
    },

    /** The same rows as the terminal's and the scripts' JSON. */
    listJson(input: RunQuery): RunJson[] {
      const { project, pks, query } = page(input);
      return listJson(project.db, pks, readRows(project.db, pks, query));
    },

    columns: ({ project }: { project: string }): RunColumns =>
      timed('runs.columns', () => columns(projects.get(project).db)),
    get: ({ project, run }: OnRun): RunDetail => readDetail(projects.get(project), run),
    /** Ids that begin or end with `hex`. */
    idsLike: (project: string, hex: string): string[] => idsLike(projects.get(project).db, hex),
    /** Ids of the runs with exactly this name, newest first. */
    idsNamed: (project: string, name: string): string[] => idsNamed(projects.get(project).db, name),

    async update({ patch, ...on }: OnRuns & { patch: RunPatch }): Promise<void> {
      const line = patchLine(patch);
      if (line) await append(on, line);
    },

    delete: (on: OnRuns): Promise<void> => append(on, { meta: { deleted: true } }),
    restore: (on: OnRuns): Promise<void> => append(on, { meta: { deleted: null } }),

    /** Removes runs for good. All of them must be in the trash and at rest, else none is touched. */
    async purge({ project: id, runs }: OnRuns): Promise<{ purged: number; freedBytes: number }> {
      const project = projects.get(id);
      const states = known(project, runs);
      const kept = states.filter((state) => !state.deleted);
      if (kept.length > 0)
        throw new AppError(
          'CONFLICT',
          `${nameThem(kept)} not in the trash. Delete first, then purge; nothing was removed.`,
          { runs: kept.map((state) => state.id) },
        );
      const active = states.filter((state) => state.status === 'running' || state.status === 'queued');
      if (active.length > 0)
        throw new AppError(
          'CONFLICT',
          `${nameThem(active)} still ${active[0]!.status}. Stop it first; nothing was removed.`,
          { runs: active.map((state) => state.id) },
        );
      const hidden: RunState[] = [];
      try {
        for (const state of states) {
          hideRun(project.root, state.id);
          hidden.push(state);
        }
      } finally {
        removeRuns(
          project.db,
          hidden.map((state) => state.pk),
        );
        for (const { id: run } of hidden) ingest.touch(id, run);
        await ingest.sync(id);
        events.changed(
          'runs',
          id,
          hidden.map((state) => state.id),
        );
      }
      return { purged: hidden.length, freedBytes: await removeHidden(project.root) };
    },

    log: ({ stream, offset, limit, ...on }: OnRun & { stream: LogStream; offset: number; limit: number }) =>
      readLog(folder(on), `${stream}.log`, offset, limit),

    searchLog: (
      { stream, ...query }: OnRun & { stream: LogStream; text: string; from: number; limit: number },
      signal?: AbortSignal,
    ): Promise<LogMatches> => searchLog(folder(query), `${stream}.log`, query, signal),

    /** The uncommitted changes of its start, as a diff; empty when there were none. */
    patch(on: OnRun): { text: string; truncated: boolean } {
      const file = fileInside(folder(on), 'patch.diff');
      return file ? readTextHead(file.path, MAX_PATCH_BYTES) : { text: '', truncated: false };
    },

    packages(on: OnRun): { text: string } {
      const file = fileInside(folder(on), 'packages.txt');
      return { text: file ? readTextHead(file.path, MAX_PACKAGES_BYTES).text : '' };
    },

    artifact: ({ path, offset, limit, ...on }: OnRun & { path: string; offset: number; limit: number }) =>
      readArtifact(folder(on), path, offset, limit),

    /** Where an artifact's bytes are, for what serves them by itself. */
    artifactFile(project: string, run: string, path: string): { path: string; mediaType: string; size: number } {
      const file = artifactFile(folder({ project, run }), path);
      return { path: file.path, mediaType: file.mediaType, size: file.size };
    },

    artifactTable: ({
      path,
      offset,
      limit,
      ...on
    }: OnRun & { path: string; offset: number; limit: number }): Promise<TablePage> =>
      previewTable(artifactFile(folder(on), path), { offset, limit }),
  };
}

function filterOf(text: string, now: number): Filter {
  const parsed = parseFilter(text, now);
  if (parsed.ok) return parsed.filter;
  throw new AppError('BAD_REQUEST', `The filter is wrong at character ${parsed.position + 1}: ${parsed.message}`, {
    position: parsed.position,
  });
}

function nameThem(states: readonly RunState[]): string {
  return states.length === 1 ? `The run "${states[0]!.name}" is` : `${states.length} of these runs are`;
}
