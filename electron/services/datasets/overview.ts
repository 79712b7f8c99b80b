import { existsSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { CacheInfo, Dataset as DatasetView, LinkType } from '../../../shared/contract/datasets.ts';
import { messageOf } from '../../../shared/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Events } from '../events.ts';
import type { Definition } from '../projects/definition.ts';
import type { Candidate } from './candidates.ts';
import type { Context } from './context.ts';
import { documentationOf } from './documentation.ts';
import { objectPath, probeLinks } from './objects.ts';
import { type Dataset, listDatasets } from './repo-files.ts';
import { countRows, isTable, openRowCounts, type RowCounts } from './rows.ts';
import { problemsOf } from './rules.ts';
import { type DatasetStatus, statusOf } from './status.ts';
import { tagsByDataset } from './tags.ts';
import { createWatches, type Noticed, type Watches } from './watches.ts';

/** What is known of a project's data without looking at it again. */
type Known = {
  /** by path from the repository's root */
  readonly states: Map<string, { record: string; at: number; status: DatasetStatus | null; problem: string | null }>;
  readonly rows: RowCounts;
  tags: ReadonlyMap<string, readonly string[]>;
  /** the records of the last commit that was looked at */
  committed: { readonly head: string; readonly texts: ReadonlyMap<string, string> } | null;
  cache: CacheInfo | null;
  candidates: readonly Candidate[];
  surveyedAt: number;
  readonly watches: Watches;
  /** how often something was said to have changed: of all datasets, and of those with a path */
  touches: number;
  readonly changes: Map<string, number>;
  timer: NodeJS.Timeout | null;
  /** how long the last look took */
  lookMs: number;
  running: Promise<void> | null;
  again: boolean;
};

type Deps = {
  contextOf(project: string): Context | null;
  definition(project: string): Definition | null;
  events: Events;
  log: Log;
};

/** Changes on disk come in bursts. */
const SETTLE_MS = 200;
/** Data that is written to all the time is looked at for a tenth of the time at most. */
const REST = 10;
/** Without a watcher a state is looked at again when it is older than this and somebody asks. */
const STALE_MS = 15_000;
const SURVEY_MS = 60_000;
/** So long an answer waits for what is quick to find out. */
const PATIENCE_MS = 400;
const SURVEY_LIMIT_MS = 3000;

export type Overview = ReturnType<typeof createOverview>;

/** What the page of a project's datasets shows: from memory, brought up to date behind it. */
export function createOverview({ contextOf, definition, events, log }: Deps) {
  const projects = new Map<string, Known>();
  /** ends what reads in the background */
  const stop = new Int32Array(new SharedArrayBuffer(4));

  /** Null also for a project that is closed by now, or whose configuration cannot be read: whoever asks for its list is told. */
  const contextOrNull = (project: string): Context | null => {
    try {
      const context = projects.has(project) ? contextOf(project) : null;
      return context && { ...context, stop };
    } catch {
      return null;
    }
  };

  /** Differs when a dataset may have changed meanwhile. */
  const markOf = ({ touches, changes }: Known, path: string): string => `${touches} ${changes.get(path) ?? 0}`;

  const knownOf = (project: string, root: string): Known => {
    let known = projects.get(project);
    if (!known) {
      known = {
        states: new Map(),
        rows: openRowCounts(root),
        tags: new Map(),
        committed: null,
        cache: null,
        candidates: [],
        surveyedAt: 0,
        watches: createWatches((what) => noticed(project, what)),
        touches: 0,
        changes: new Map(),
        timer: null,
        lookMs: 0,
        running: null,
        again: false,
      };
      projects.set(project, known);
    }
    return known;
  };

  const isDue = (known: Known, dataset: Dataset): boolean => {
    const state = known.states.get(dataset.path);
    if (!state || state.record !== recordKey(dataset) || state.at === 0) return true;
    return !known.watches.state().watching && Date.now() - state.at > STALE_MS;
  };

  /** Nothing can be looked at any more: nothing is watched either, until somebody asks again. */
  const forget = (project: string, known: Known): void => {
    if (projects.get(project) !== known) return;
    projects.delete(project);
    void known.watches.close();
    events.changed('datasets', project);
  };

  /** Something changed on disk: it is looked at a little later, once for many changes. */
  const noticed = (project: string, what: Noticed): void => {
    const known = projects.get(project);
    if (!known) return;
    if ('data' in what) {
      known.changes.set(what.data, (known.changes.get(what.data) ?? 0) + 1);
      const state = known.states.get(what.data);
      if (state) state.at = 0;
    }
    if ('records' in what) events.changed('datasets', project);
    known.timer ??= setTimeout(
      () => {
        known.timer = null;
        const context = contextOrNull(project);
        if (context) void update(project, context, known);
        else forget(project, known);
      },
      Math.max(SETTLE_MS, known.lookMs * REST),
    ).unref();
  };

  const refresh = async (project: string, context: Context, known: Known): Promise<void> => {
    const tell = (): void => events.changed('datasets', project);
    const all = listDatasets(context.repo);
    let changed = false;
    const startedAt = performance.now();
    for (const path of await known.watches.follow(context.repo, all)) {
      const state = known.states.get(path);
      if (state) state.at = 0;
    }
    for (const dataset of all.filter((one) => isDue(known, one))) {
      const before = known.states.get(dataset.path);
      const at = Date.now();
      const mark = markOf(known, dataset.path);
      let [status, problem]: [DatasetStatus | null, string | null] = [null, null];
      try {
        status = await statusOf(context, dataset);
      } catch (error) {
        problem = messageOf(error);
      }
      // a change that was noticed while it was read makes it due again
      const missed = markOf(known, dataset.path) !== mark;
      known.states.set(dataset.path, { record: recordKey(dataset), at: missed ? 0 : at, status, problem });
      changed ||= JSON.stringify([before?.status, before?.problem]) !== JSON.stringify([status, problem]);
    }
    known.lookMs = performance.now() - startedAt;
    const tags = await tagsByDataset(context, all).catch(() => known.tags);
    changed ||= JSON.stringify([...tags]) !== JSON.stringify([...known.tags]);
    known.tags = tags;
    if (changed) tell();
    if (Date.now() - known.surveyedAt > SURVEY_MS) {
      const before = JSON.stringify([known.cache, known.candidates]);
      await survey(context, known, all);
      if (JSON.stringify([known.cache, known.candidates]) !== before) tell();
    }
    if (await countMissing(context, known, all)) tell();
  };

  const update = (project: string, context: Context, known: Known): Promise<void> => {
    if (known.running) {
      known.again = true;
      return known.running;
    }
    known.running = refresh(project, context, known)
      .catch((error: unknown) => log.warn('datasets could not be looked at', { project, error: messageOf(error) }))
      .finally(() => {
        known.running = null;
        const next = known.again ? contextOrNull(project) : null;
        known.again = false;
        if (next) void update(project, next, known);
      });
    return known.running;
  };

  return {
    /** What is known now; what is not, or may have changed, is looked at, and an event says when that is done. */
    async list(project: string): Promise<{
      datasets: DatasetView[];
      cache: CacheInfo | null;
      candidates: Candidate[];
    } | null> {
      const context = contextOf(project);
      if (!context) return null;
      const known = knownOf(project, context.project);
      const all = listDatasets(context.repo);
      const due = all.some((one) => isDue(known, one)) || Date.now() - known.surveyedAt > SURVEY_MS;
      if (due && !known.running) {
        const updating = update(project, { ...context, stop }, known);
        const isNew = known.cache === null || all.some((one) => !known.states.has(one.path));
        if (isNew) await Promise.race([updating, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
      }
      const committed = await committedRecords(context, known, all);
      const rules = definitionOrNull(definition, project)?.data;
      const datasets = all.flatMap((dataset): DatasetView[] => {
        const path = projectPath(context, dataset.path);
        if (path === null) return [];
        const state = known.states.get(dataset.path);
        const status = state?.record === recordKey(dataset) ? state.status : null;
        const { out } = dataset;
        const documentation = documentationOf(out);
        const inCache =
          out.hash !== null && existsSync(objectPath(context.repo.config.cacheFolder, out.hash, out.legacy));
        return [
          {
            path,
            kind: 'dvc',
            recordedIn: projectPath(context, dataset.dvcPath) ?? dataset.dvcPath,
            folder: out.hash?.endsWith('.dir') ?? false,
            hash: out.hash,
            size: out.size,
            nfiles: out.nfiles,
            rows: out.hash === null ? null : known.rows.get(out.hash),
            state: status?.state ?? 'unknown',
            drift: status?.state === 'modified' ? driftOf(status) : null,
            uncommitted: !committed(dataset),
            inCache,
            tags: [...(known.tags.get(dataset.path) ?? [])],
            problems: [...problemsOf(rules, path, documentation), ...(state?.problem ? [state.problem] : [])],
            documentation,
          },
        ];
      });
      const candidates = known.candidates.flatMap((one) => {
        const path = projectPath(context, one.path);
        return path === null ? [] : [{ ...one, path }];
      });
      return { datasets, cache: known.cache, candidates };
    },

    /** Something was done to these datasets (all, without paths): what is known of them is looked at again. */
    touch(project: string, paths?: readonly string[]): void {
      const known = projects.get(project);
      const context = contextOrNull(project);
      if (known && context) {
        known.touches++;
        for (const [path, state] of known.states) if (!paths || paths.includes(path)) state.at = 0;
        known.surveyedAt = 0;
        void update(project, context, known);
      }
      events.changed('datasets', project);
    },

    /** Rows of a version, when they are counted. */
    rowsOf(project: string, root: string, hash: string): number | null {
      return knownOf(project, root).rows.get(hash);
    },

    /** Counts rows of versions that the cache holds, and says when there are new ones. */
    async count(project: string, context: Context, versions: readonly { hash: string; path: string }[]): Promise<void> {
      const known = knownOf(project, context.project);
      let counted = false;
      for (const { hash, path } of versions)
        counted = (await countOne(context, known.rows, hash, path, false)) || counted;
      if (counted) events.changed('datasets', project);
    },

    /** The same for versions that lie elsewhere than in DVC's cache: `file` holds the bytes, `name` says the format. */
    async countFiles(
      project: string,
      root: string,
      files: readonly { hash: string; file: string; name: string }[],
    ): Promise<void> {
      const { rows } = knownOf(project, root);
      let counted = false;
      for (const { hash, file, name } of files) {
        if (rows.isKnown(hash) || !isTable(name)) continue;
        rows.put(hash, await countRows(file, name));
        counted = true;
      }
      if (counted) events.changed('datasets', project);
    },

    /** Whether changes on disk are noticed at once; else why not. */
    watching: (project: string): { watching: boolean; notWatching: string | null } =>
      projects.get(project)?.watches.state() ?? { watching: false, notWatching: null },

    async dispose(): Promise<void> {
      const all = [...projects.values()];
      projects.clear();
      Atomics.store(stop, 0, 1);
      await Promise.all(
        all.map(async (known) => {
          known.again = false;
          if (known.timer) clearTimeout(known.timer);
          await known.running;
          await known.watches.close();
        }),
      );
    },
  };
}

/** A path of the repository from the project's folder; null when it is outside of that. */
export function projectPath({ project, repo }: Pick<Context, 'project' | 'repo'>, path: string): string | null {
  const own = relative(project, join(repo.root, path)).split(sep).join('/');
  return own === '' || own.startsWith('../') ? null : own;
}

const recordKey = ({ out }: Dataset): string => `${out.hash} ${out.legacy}`;

function definitionOrNull(read: Deps['definition'], project: string): Definition | null {
  try {
    return read(project);
  } catch {
    // the project's page says what is wrong with it
    return null;
  }
}

function driftOf({ now, size, nfiles, files }: DatasetStatus): DatasetView['drift'] {
  if (!now) return null;
  return {
    size: now.size - (size ?? 0),
    nfiles: now.nfiles - (nfiles ?? 1),
    files: files && { added: files.added.length, removed: files.removed.length, changed: files.changed.length },
  };
}

/** Whether the last commit has a dataset's record as it is on disk. */
async function committedRecords(
  { repo, git, gitTop }: Context,
  known: Known,
  all: readonly Dataset[],
): Promise<(dataset: Dataset) => boolean> {
  if (gitTop === null || repo.config.noScm || all.length === 0) return () => true;
  const head = await git.resolveRef(repo.root, 'HEAD').catch(() => null);
  if (head === null) return () => false;
  if (known.committed?.head !== head) {
    const { files } = await git.committedFiles(repo.root, [head], String.raw`(\.dvc|(^|/)dvc\.lock)$`);
    known.committed = { head, texts: new Map(files.map((file) => [file.path, file.text])) };
  }
  const { texts } = known.committed;
  const same = (dvcPath: string): boolean =>
    texts.get(dvcPath)?.replaceAll('\r\n', '\n') ===
    readFileSync(join(repo.root, dvcPath), 'utf8').replaceAll('\r\n', '\n');
  return ({ dvcPath }) => same(dvcPath);
}

/** Looks at the cache and for data that is not versioned. */
async function survey(context: Context, known: Known, all: readonly Dataset[]): Promise<void> {
  const { repo, pool, stop, project } = context;
  const { cacheFolder, linkTypes } = repo.config;
  known.surveyedAt = Date.now();
  const there = existsSync(cacheFolder);
  const cost = await pool.ask('cacheCost', { folder: cacheFolder, maxMs: SURVEY_LIMIT_MS }, stop);
  known.cache = {
    folder: cacheFolder,
    configured: [...linkTypes],
    used: there ? (known.cache?.used ?? usedLink(context)) : null,
    objects: cost.objects,
    bytes: cost.bytes,
    sharedBytes: cost.sharedBytes,
    diskBytes: cost.diskBytes,
  };
  const below = relative(repo.root, project).split(sep).join('/');
  const found = await pool.ask(
    'candidates',
    {
      root: project,
      known: all.flatMap(({ path }) => projectPath(context, path) ?? []),
      maxMs: SURVEY_LIMIT_MS,
    },
    stop,
  );
  known.candidates = found.map((one) => ({ ...one, path: below === '' ? one.path : `${below}/${one.path}` }));
}

function usedLink({ repo }: Context): LinkType | null {
  try {
    return probeLinks(repo.config.linkTypes, repo.config.cacheFolder, join(repo.root, '.dvc', 'tmp'));
  } catch {
    // a cache that may only be read
    return null;
  }
}

async function countMissing(context: Context, known: Known, all: readonly Dataset[]): Promise<boolean> {
  let counted = false;
  for (const { path, out } of all) {
    if (out.hash === null || out.legacy) continue;
    const unchanged = known.states.get(path)?.status?.state === 'unchanged';
    counted = (await countOne(context, known.rows, out.hash, path, unchanged)) || counted;
  }
  return counted;
}

async function countOne(
  { repo }: Context,
  rows: RowCounts,
  hash: string,
  path: string,
  workingCopy: boolean,
): Promise<boolean> {
  if (rows.isKnown(hash) || hash.endsWith('.dir') || !isTable(path)) return false;
  const object = objectPath(repo.config.cacheFolder, hash, false);
  const file = existsSync(object) ? object : workingCopy ? join(repo.root, path) : null;
  if (file === null) return false;
  rows.put(hash, await countRows(file, path));
  return true;
}
