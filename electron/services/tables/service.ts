import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ColumnProfile, DataSide, TableInfo, TablePage, TablePageQuery } from '../../../shared/contract/tables.ts';
import { writeSide } from '../../../shared/data-side.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Located } from '../datasets/located.ts';
import { checkCondition } from './condition.ts';
import { readCell } from './page.ts';
import { profileTable } from './profile.ts';
import { makeList, type RowList, type View, wholeTable } from './row-list.ts';
import { chosenColumns, openSession, type Session } from './session.ts';
import { tableFormat } from './source.ts';

/** Tables open at once, views kept of each, and how long an untouched one stays open. */
const SESSIONS = 3;
const LISTS = 3;
const IDLE_MS = 5 * 60_000;

type Deps = {
  /** Finds the bytes of a side on this machine. */
  locate(input: { project: string; side: DataSide }, work?: { signal?: AbortSignal }): Promise<Located>;
  /** Where databases spill to; everything in it is this service's. */
  folder: string;
};
type OnSide = { project: string; side: DataSide };
type PageInput = OnSide & View & Pick<TablePageQuery, 'columns'> & { offset: number; limit: number };

type Place = { file: string; name: string; stamp: string };
type Open = {
  key: string;
  session: Promise<Session>;
  lists: Map<string, Promise<RowList>>;
  /** how many calls work with it now */
  users: number;
  timer: NodeJS.Timeout | undefined;
};

export type Tables = ReturnType<typeof createTables>;

/** Looks into tables of any size: pages, single cells and profiles of columns, under a condition, a search and an order. */
export function createTables({ locate, folder }: Deps) {
  const places = new Map<string, Place>();
  const opened = new Map<string, Open>();
  let lists = 0;
  let prepared = false;

  const prepare = (): string => {
    if (!prepared) {
      mkdirSync(folder, { recursive: true });
      for (const name of readdirSync(folder))
        if (!isAlive(Number.parseInt(name, 10))) rmSync(join(folder, name), { recursive: true, force: true });
      prepared = true;
    }
    return folder;
  };

  const find = async ({ project, side }: OnSide, signal: AbortSignal | undefined): Promise<Place> => {
    const located = await locate({ project, side }, signal ? { signal } : {});
    if (located.kind === 'folder')
      throw new AppError('BAD_REQUEST', `${located.name} is a folder. Choose a file in it.`);
    if (tableFormat(located.name) === null)
      throw new AppError(
        'BAD_REQUEST',
        `${located.name} is not shown as a table. Tables are CSV, TSV, JSON, JSON lines, Parquet and Arrow files.`,
      );
    const place = { file: located.file, name: located.name, stamp: stampOf(located.file) };
    if (place.stamp === GONE) throw new AppError('NOT_FOUND', `${located.name} is gone. It was there a moment ago.`);
    const key = `${project}\0${writeSide(side)}`;
    places.delete(key);
    places.set(key, place);
    if (places.size > 100) places.delete(places.keys().next().value!);
    return place;
  };

  /** The place of a side as it was found last, found again when the file is another one now. */
  const placeOf = async (on: OnSide, signal: AbortSignal | undefined): Promise<Place> => {
    const known = places.get(`${on.project}\0${writeSide(on.side)}`);
    return known && stampOf(known.file) === known.stamp ? known : find(on, signal);
  };

  const closeOne = async (one: Open): Promise<void> => {
    clearTimeout(one.timer);
    if (opened.get(one.key) === one) opened.delete(one.key);
    const session = await one.session.catch(() => null);
    await session?.close();
  };

  const touch = (one: Open): Open => {
    opened.delete(one.key);
    opened.set(one.key, one);
    clearTimeout(one.timer);
    one.timer = setTimeout(() => (one.users === 0 ? void closeOne(one) : touch(one)), IDLE_MS).unref();
    return one;
  };

  /** Closes the tables that were touched longest ago, but none that somebody works with. */
  const trim = (most: number): void => {
    for (const one of [...opened.values()]) if (opened.size > most && one.users === 0) void closeOne(one);
  };

  const leave = (one: Open): void => {
    one.users--;
    trim(SESSIONS);
  };

  /** The open table of a side; who enters leaves again. */
  const enter = async (on: OnSide, again: boolean, signal: AbortSignal | undefined): Promise<[Open, Session]> => {
    const place = again ? await find(on, signal) : await placeOf(on, signal);
    const file = { file: place.file, name: place.name };
    const prefix = `${place.file}\0${place.name}\0`;
    const key = prefix + place.stamp;
    for (;;) {
      let one = opened.get(key);
      if (!one) {
        for (const old of [...opened.values()]) if (old.key.startsWith(prefix)) void closeOne(old);
        trim(SESSIONS - 1);
        const session = openSession(file, statSync(place.file).size, prepare(), signal);
        one = { key, session, lists: new Map(), users: 0, timer: undefined };
      }
      one.users++;
      touch(one);
      try {
        return [one, await one.session];
      } catch (error) {
        one.users--;
        void closeOne(one);
        // whoever began to open it went away; somebody else still wants it
        const givenUp = error instanceof AppError && error.code === 'CANCELLED' && !signal?.aborted;
        if (!givenUp) throw error;
      }
    }
  };

  const listOf = async (one: Open, session: Session, view: View, signal: AbortSignal | undefined): Promise<RowList> => {
    if (view.condition.trim() === '' && view.search === '' && view.sort === null) return wholeTable(session);
    if (view.sort && !session.source.columns.some((column) => column.name === view.sort!.column))
      throw new AppError('BAD_REQUEST', `There is no column ${view.sort.column} to sort by.`, { field: 'sort' });
    const key = JSON.stringify([view.condition, view.search, view.sort]);
    for (;;) {
      const known = one.lists.get(key);
      if (known) {
        one.lists.delete(key);
        one.lists.set(key, known);
        try {
          return await known;
        } catch (error) {
          if (error instanceof AppError && error.code === 'CANCELLED' && !signal?.aborted) continue;
          throw error;
        }
      }
      for (const [old, list] of [...one.lists].slice(0, Math.max(0, one.lists.size - LISTS + 1))) {
        one.lists.delete(old);
        void list.then((gone) => gone.drop()).catch(() => {});
      }
      const made = (async () => {
        if (view.condition.trim() !== '') await session.use(signal, (db) => checkCondition(db, view.condition));
        return makeList(session, `list_${lists++}`, view, signal);
      })();
      one.lists.set(key, made);
      made.catch(() => one.lists.get(key) === made && one.lists.delete(key));
      return made;
    }
  };

  /** Works on an open table, once more when it was closed meanwhile, because its file was replaced. */
  const inSession = async <T>(
    on: OnSide,
    signal: AbortSignal | undefined,
    work: (one: Open, session: Session) => Promise<T>,
  ): Promise<T> => {
    for (let again = false; ; again = true) {
      const [one, session] = await enter(on, false, signal);
      try {
        return await work(one, session);
      } catch (error) {
        const closed = opened.get(one.key) !== one && !signal?.aborted;
        if (again || !closed) throw error;
      } finally {
        leave(one);
      }
    }
  };

  return {
    /** Finds the side anew and opens its table. */
    async open(on: OnSide, signal?: AbortSignal): Promise<TableInfo> {
      const [one, session] = await enter(on, true, signal);
      leave(one);
      return session.info;
    },

    page({ project, side, columns, offset, limit, ...view }: PageInput, signal?: AbortSignal): Promise<TablePage> {
      return inSession({ project, side }, signal, async (one, session) => {
        const { condition, search, sort } = view;
        const list = await listOf(one, session, { condition, search, sort }, signal);
        const rows = await list.rows(chosenColumns(session.source, columns), offset, limit, signal);
        return { total: list.total, rows };
      });
    },

    cell(
      { row, column, ...on }: OnSide & { row: number; column: string },
      signal?: AbortSignal,
    ): Promise<{ value: string | null }> {
      return inSession(on, signal, async (_, session) => {
        const found = session.source.columns.find((own) => own.name === column);
        if (!found) throw new AppError('NOT_FOUND', `There is no column ${column} in this table (any more).`);
        const cell = await session.use(signal, (db) => readCell(db, found, session.source.view, row));
        if (!cell.found) throw new AppError('NOT_FOUND', `There is no row ${row + 1} in this table (any more).`);
        return { value: cell.value };
      });
    },

    /** Profiles of columns (all, without names), a few at a time. */
    async *profile(
      { condition, columns, ...on }: OnSide & { condition: string; columns?: string[] | undefined },
      signal?: AbortSignal,
    ): AsyncGenerator<ColumnProfile[], void, void> {
      const [one, session] = await enter(on, false, signal);
      try {
        const wanted = condition.trim() === '' ? '' : condition;
        if (wanted !== '') await session.use(signal, (db) => checkCondition(db, wanted));
        const chosen = chosenColumns(session.source, columns).filter((column) => column !== null);
        yield* profileTable(session, chosen, wanted, signal);
      } finally {
        leave(one);
      }
    },

    /** How many tables are open, for tests. */
    get size(): number {
      return opened.size;
    },

    async dispose(): Promise<void> {
      await Promise.all([...opened.values()].map(closeOne));
    },
  };
}

const GONE = 'gone';

/** Tells one state of a file from the next; a missing file is a state too. */
function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}` : GONE;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
