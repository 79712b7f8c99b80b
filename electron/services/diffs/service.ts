import { statSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import type {
  ColumnDrift,
  DiffRow,
  DiffSettings,
  EarlyVerdict,
  ExportFormat,
  OpenedDiff,
  Patterns,
  RowFilter,
  SideInfo,
} from '../../../shared/contract/diffs.ts';
import type { DataSide } from '../../../shared/contract/tables.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Located } from '../datasets/located.ts';
import type { Datasets } from '../datasets/service.ts';
import type { Events } from '../events.ts';
import type { JobHandle, JobsService } from '../jobs/service.ts';
import { compare } from './diff.ts';
import { exportBlob } from './export-blob.ts';
import { areAsFound, type FoundSides, foundSides, identityOf } from './identity.ts';
import type { KeptTable } from './kept-table.ts';
import { listSaved, readSaved, removeSaved, type Saved, writeSaved } from './saved.ts';
import { createSessions, type Session } from './sessions.ts';
import type { Diff, DiffOptions } from './types.ts';
import { wholeCell } from './whole-cell.ts';

export type Diffs = ReturnType<typeof createDiffs>;

/** A comparison with its sides as bytes on this machine, for what looks into them. */
export type OpenDiff = {
  readonly before: Located;
  readonly after: Located;
  readonly settings: DiffSettings;
  readonly diff: Diff;
};

type Deps = {
  projects: { get(id: string): { root: string } };
  datasets: Pick<Datasets, 'locate'>;
  jobs: JobsService;
  events: Events;
  log: Log;
  clock: Clock;
};
type On = { project: string; id: string };
type Running = {
  readonly before: SideInfo;
  readonly after: SideInfo;
  readonly settings: DiffSettings;
  job: string | null;
  early: EarlyVerdict | null;
  /** why it ended without a result */
  error: string | null;
};

const STAGES = 10;
const MOST_REMEMBERED = 20;
const MOST_TEXT_BYTES = 2_000_000;
const SHOWN_ENTRIES = 200;
const CHANGED_MEANWHILE = 'The data changed while it was compared. Compare again.';
const STOPPED = 'The comparison was stopped. Compare again to start anew.';

/**
 * Comparisons of a project's data. Each has an id made of what is compared and how, so that the same comparison is made once, is saved in
 * `.assay/diffs`, and opens again at once.
 */
export function createDiffs({ projects, datasets, jobs, events, log, clock }: Deps) {
  const sessions = createSessions();
  const running = new Map<string, Running>();
  const results = new Map<string, Saved>();
  const located = new Map<string, FoundSides>();
  const keyOf = ({ project, id }: On): string => `${project}/${id}`;
  const rootOf = (project: string): string => projects.get(project).root;

  const remember = <T>(map: Map<string, T>, key: string, value: T): void => {
    map.delete(key);
    map.set(key, value);
    for (const old of [...map.keys()].slice(0, -MOST_REMEMBERED)) map.delete(old);
  };

  const resultOf = (on: On): Saved | null => {
    const known = results.get(keyOf(on)) ?? readSaved(rootOf(on.project), on.id);
    if (known) remember(results, keyOf(on), known);
    return known;
  };

  const requireResult = (on: On): Saved => {
    const saved = resultOf(on);
    if (saved) return saved;
    if (running.get(keyOf(on))?.error === null)
      throw new AppError('CONFLICT', 'The comparison is still at work. Wait for its end.');
    throw new AppError('NOT_FOUND', 'There is no such comparison (any more). Compare the two versions again.');
  };

  const keep = (on: On, saved: Saved): void => {
    remember(results, keyOf(on), saved);
    try {
      writeSaved(rootOf(on.project), saved);
    } catch (error) {
      // it is there until Assay ends
      log.warn('a comparison could not be saved', { id: on.id, error: messageOf(error) });
    }
  };

  const savedOf = (
    id: string,
    infos: { before: SideInfo; after: SideInfo },
    before: Located,
    after: Located,
    settings: DiffSettings,
    diff: Diff,
  ): Saved => ({
    version: 1,
    id,
    before: infos.before,
    after: infos.after,
    sides: { before: lastingSide(infos.before.side, before), after: lastingSide(infos.after.side, after) },
    settings,
    kind: diff.kind,
    verdict: diff.verdict,
    madeAt: clock.now(),
    diff,
  });

  const optionsOf = (settings: DiffSettings, { progress, signal }: JobHandle): DiffOptions => {
    let stage = 0;
    return { ...settings, signal, onStage: (label) => progress(Math.min(stage++, STAGES), STAGES, label) };
  };

  /** Both sides as they were compared. @throws AppError CONFLICT when a file has changed since */
  const sidesOf = async (on: On, signal?: AbortSignal): Promise<FoundSides> => {
    const known = located.get(keyOf(on));
    const { sides, settings } = requireResult(on);
    const now =
      known && areAsFound(known)
        ? known
        : foundSides(
            await datasets.locate({ project: on.project, side: sides.before }, { signal }),
            await datasets.locate({ project: on.project, side: sides.after }, { signal }),
          );
    if ((await identityOf(now.before, now.after, settings)) !== on.id) {
      located.delete(keyOf(on));
      // a table of Parquet is read where it is: its rows are others now
      sessions.close(keyOf(on));
      throw new AppError('CONFLICT', 'The data has changed since it was compared. Compare it again.', {
        changed: true,
      });
    }
    remember(located, keyOf(on), now);
    return now;
  };

  /** Compares again what was saved, so that rows can be asked for; a job, so that it is seen and can be stopped. */
  const reopen = async (on: On): Promise<KeptTable> => {
    const { settings, before } = requireResult(on);
    const sides = await sidesOf(on);
    sessions.makeRoom();
    const made = Promise.withResolvers<KeptTable>();
    jobs.start({ title: `Opening the rows of ${before.name}`, project: on.project, unit: 'steps' }, async (job) => {
      try {
        const { table } = await compare(sides.before, sides.after, optionsOf(settings, job));
        if (!table) throw new AppError('BAD_REQUEST', 'Only tables have rows, and these are not two tables.');
        made.resolve(table);
      } catch (error) {
        made.reject(error);
        throw error;
      }
    });
    return made.promise;
  };

  const onTable = async <T>(on: On, work: (session: Session) => Promise<T>): Promise<T> => {
    if (requireResult(on).diff.kind !== 'table')
      throw new AppError('BAD_REQUEST', 'Only tables have rows and columns, and these are not two tables.');
    const known = located.get(keyOf(on));
    if (!known || !areAsFound(known)) await sidesOf(on);
    return sessions.use(keyOf(on), () => reopen(on), work);
  };

  const opened = (on: On): OpenedDiff => {
    const one = running.get(keyOf(on));
    // one that was cancelled before its first step has no other way to say so
    if (one?.error === null && one.job && jobs.list().find((job) => job.id === one.job)?.state !== 'running')
      one.error = STOPPED;
    const saved = one?.error === null ? null : resultOf(on);
    if (saved) {
      const { before, after, settings, diff, madeAt } = saved;
      const shown = diff.kind === 'folder' ? { ...diff, entries: diff.entries.slice(0, SHOWN_ENTRIES) } : diff;
      return {
        id: on.id,
        before,
        after,
        settings,
        state: 'done',
        job: null,
        early: null,
        diff: shown,
        error: null,
        madeAt,
      };
    }
    if (!one) {
      requireResult(on);
      throw new AppError('NOT_FOUND', 'There is no such comparison.');
    }
    const { before, after, settings, job, early, error } = one;
    const state = error === null ? 'running' : 'failed';
    return { id: on.id, before, after, settings, state, job, early, diff: null, error, madeAt: null };
  };

  const begin = (on: On, one: Running, sides: FoundSides): void => {
    const { before, after } = sides;
    running.set(keyOf(on), one);
    sessions.makeRoom();
    const changed = (): void => events.changed('diffs', on.project, [on.id]);
    one.job = jobs.start(
      { title: `Comparing ${before.name}: ${before.label} → ${after.label}`, project: on.project, unit: 'steps' },
      async (job) => {
        try {
          const options: DiffOptions = {
            ...optionsOf(one.settings, job),
            onEarly: (early) => {
              one.early = early;
              changed();
            },
          };
          const { diff, table } = await compare(before, after, options);
          if (!areAsFound(sides)) {
            await table?.close();
            throw new AppError('CONFLICT', CHANGED_MEANWHILE);
          }
          keep(on, savedOf(on.id, one, before, after, one.settings, diff));
          remember(located, keyOf(on), sides);
          if (table) sessions.put(keyOf(on), table);
          running.delete(keyOf(on));
        } catch (error) {
          one.error = job.signal.aborted ? STOPPED : messageOf(error);
          throw error;
        } finally {
          changed();
        }
      },
    );
    // one that failed before is at work again
    changed();
  };

  return {
    /** Begins to compare, or opens what was compared before. */
    async open(input: {
      project: string;
      before: DataSide;
      after: DataSide;
      settings: DiffSettings;
    }): Promise<OpenedDiff> {
      const { project, settings } = input;
      const before = await datasets.locate({ project, side: input.before });
      const after = await datasets.locate({ project, side: input.after });
      const sides = foundSides(before, after);
      const on = { project, id: await identityOf(before, after, settings) };
      const infos = { before: infoOf(input.before, before), after: infoOf(input.after, after) };
      const saved = resultOf(on);
      if (saved) {
        // the same content under another name: it is called what it was asked for as
        if (JSON.stringify([saved.before, saved.after]) !== JSON.stringify([infos.before, infos.after])) {
          const { madeAt } = saved;
          keep(on, { ...savedOf(on.id, infos, before, after, settings, saved.diff), madeAt });
        }
        remember(located, keyOf(on), sides);
        return opened(on);
      }
      if (running.get(keyOf(on))?.error === null) {
        const known = opened(on);
        if (known.state === 'running') return known;
      }
      const one: Running = { ...infos, settings, job: null, early: null, error: null };
      begin(on, one, sides);
      return opened(on);
    },

    /** Keeps a comparison that was made elsewhere (in the terminal), so that it opens at once. */
    async record(made: {
      project: string;
      sides: { before: DataSide; after: DataSide };
      located: { before: Located; after: Located };
      settings: DiffSettings;
      diff: Diff;
    }): Promise<{ id: string }> {
      const { project, sides, settings, diff } = made;
      const { before, after } = made.located;
      const on = { project, id: await identityOf(before, after, settings) };
      const infos = { before: infoOf(sides.before, before), after: infoOf(sides.after, after) };
      keep(on, savedOf(on.id, infos, before, after, settings, diff));
      events.changed('diffs', project, [on.id]);
      return { id: on.id };
    },

    get: (on: On): OpenedDiff => opened(on),

    list({ project }: { project: string }) {
      return listSaved(rootOf(project)).map(({ id, before, after, settings, kind, verdict, madeAt }) => ({
        id,
        before,
        after,
        settings,
        kind,
        verdict: verdict as Diff['verdict'],
        madeAt,
      }));
    },

    forget(on: On): void {
      const one = running.get(keyOf(on));
      if (one?.job) jobs.cancel(one.job);
      for (const map of [running, results, located]) map.delete(keyOf(on));
      sessions.close(keyOf(on));
      removeSaved(rootOf(on.project), on.id);
      events.changed('diffs', on.project, [on.id]);
    },

    /** Both sides of a finished comparison, as they were compared. */
    async openDiff(on: On, signal?: AbortSignal): Promise<OpenDiff> {
      const { diff, settings } = requireResult(on);
      const { before, after } = await sidesOf(on, signal);
      return { before, after, diff, settings };
    },

    rows(
      input: On & { filter: RowFilter; columns?: string[] | undefined; offset: number; limit: number },
    ): Promise<{ total: number; rows: DiffRow[] }> {
      const { filter, offset, limit, columns } = input;
      return onTable(input, ({ rows }) => rows.rows(filter, offset, limit, columns));
    },

    async nextChange(
      input: On & { filter: RowFilter; from: number; back: boolean; column: string | null },
    ): Promise<{ index: number | null }> {
      const { filter, from, back, column } = input;
      return { index: await onTable(input, ({ rows }) => rows.nextChange(filter, from, back, column)) };
    },

    /** Columns before and after, with their drift. What was asked before is not counted again while the table is open. */
    columns(input: On & { columns: string[] }): Promise<ColumnDrift[]> {
      return onTable(input, (session) => session.columns(input.columns));
    },

    patterns: (on: On): Promise<Patterns> => onTable(on, (session) => session.patterns()),

    cell(input: On & { before: number | null; after: number | null; column: string }) {
      const { before, after, column } = input;
      return onTable(input, ({ table }) => table.beside((open) => wholeCell(open, { before, after }, column)));
    },

    /** Both texts of a text diff, each cut at 2 MB. */
    async texts(on: On): Promise<{ before: string; after: string; cut: boolean }> {
      if (requireResult(on).diff.kind !== 'text')
        throw new AppError('BAD_REQUEST', 'Only texts can be shown side by side, and these are not two texts.');
      const { before, after } = await sidesOf(on);
      const [a, b] = [await headOf(before), await headOf(after)];
      return { before: a.text, after: b.text, cut: a.cut || b.cut };
    },

    async export(input: On & { format: ExportFormat }): Promise<Blob> {
      const { diff, before, after } = requireResult(input);
      const names = { old: `${before.name} (${before.label})`, now: `${after.name} (${after.label})` };
      const needsRows = diff.kind === 'table' && input.format !== 'json';
      return needsRows
        ? onTable(input, ({ table }) => exportBlob(diff, table, names, input.format))
        : exportBlob(diff, null, names, input.format);
    },

    dispose: (): Promise<void> => sessions.dispose(),
  };
}

function infoOf(side: DataSide, { label, name, hash, size, commit }: Located): SideInfo {
  return { side, label, name, hash, bytes: size, commit };
}

/** A branch moves on; the commit that it was at does not. */
function lastingSide(side: DataSide, { commit }: Located): DataSide {
  return side.kind === 'version' && commit ? { ...side, rev: commit.id } : side;
}

async function headOf(side: Located): Promise<{ text: string; cut: boolean }> {
  if (side.kind !== 'file') return { text: '', cut: false };
  const cut = statSync(side.file).size > MOST_TEXT_BYTES;
  await using file = await openFile(side.file);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_TEXT_BYTES), 0, MOST_TEXT_BYTES, 0);
  const text = new TextDecoder('utf-8').decode(buffer.subarray(0, bytesRead), { stream: cut });
  return { text, cut };
}
