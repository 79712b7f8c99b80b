import type { ColumnDrift, Patterns } from '../../../shared/contract/diffs.ts';
import { columnDrifts } from './column-drift.ts';
import type { KeptTable } from './kept-table.ts';
import { patternsOf } from './patterns.ts';
import { createTableRows, type TableRows } from './table-rows.ts';

/** An open table diff that pages are asked of. */
export type Session = {
  readonly table: KeptTable;
  readonly rows: TableRows;
  columns(names: readonly string[]): Promise<ColumnDrift[]>;
  patterns(): Promise<Patterns>;
};

function sessionOf(table: KeptTable): Session {
  const drifts = new Map<string, Promise<ColumnDrift>>();
  let patterns: Promise<Patterns> | null = null;
  const rows = createTableRows(table);
  /** Pages of rows wait for their order only, never behind whole columns; columns can be counted without it. */
  const rowsFirst = (): Promise<unknown> => rows.prepare().catch(() => {});
  const driftOf = (name: string): Promise<ColumnDrift> => {
    let found = drifts.get(name);
    if (!found) {
      // one at a time: pages come in between
      found = rowsFirst().then(() => table.exclusive(async (open) => (await columnDrifts(open, [name]))[0]!));
      drifts.set(name, found);
      found.catch(() => drifts.delete(name));
    }
    return found;
  };
  return {
    table,
    rows,
    columns: (names) => Promise.all(names.map(driftOf)),
    patterns() {
      patterns ??= rows.prepare().then(({ dense }) => table.exclusive((open) => patternsOf(open, dense)));
      patterns.catch(() => {
        patterns = null;
      });
      return patterns;
    },
  };
}

type Open = { readonly session: Promise<Session>; users: number; idle: NodeJS.Timeout | undefined };

/** Each may hold some gigabytes. */
const MOST_OPEN = 2;
const IDLE_MS = 600_000;

export type Sessions = ReturnType<typeof createSessions>;

/** The few table diffs that are open; the one not used for longest makes room, and each is closed when nobody used it for ten minutes. */
export function createSessions() {
  const open = new Map<string, Open>();
  const closing = new Set<Promise<void>>();

  const close = (key: string): void => {
    const one = open.get(key);
    if (!one) return;
    open.delete(key);
    clearTimeout(one.idle);
    const closed: Promise<void> = one.session
      .then(({ table }) => table.close())
      .catch(() => {})
      .finally(() => closing.delete(closed));
    closing.add(closed);
  };

  const makeRoom = (most: number, besides: string): void => {
    for (const [key, { users }] of open) {
      if (open.size <= most) return;
      if (key !== besides && users === 0) close(key);
    }
  };

  const closeLater = (key: string, one: Open): void => {
    // by then it may have been closed, and another be open in its place
    one.idle = setTimeout(() => open.get(key) === one && close(key), IDLE_MS).unref();
  };

  const add = (key: string, session: Promise<Session>): Open => {
    const one: Open = { session, users: 0, idle: undefined };
    open.set(key, one);
    // one that cannot be opened is tried anew
    session.catch(() => {
      if (open.get(key) === one) open.delete(key);
    });
    makeRoom(MOST_OPEN, key);
    return one;
  };

  return {
    /** Closes what nobody uses, but for one, so that a comparison has the memory to itself. */
    makeRoom: (): void => makeRoom(1, ''),

    /** Takes over a table that was just compared. */
    put(key: string, table: KeptTable): void {
      close(key);
      const session = sessionOf(table);
      const one = add(key, Promise.resolve(session));
      closeLater(key, one);
      // the order of rows is laid out before somebody asks; a failure shows itself then
      session.rows.prepare().catch(() => {});
    },

    /** Works with the open table of a key, opened first when it is not. */
    async use<T>(key: string, reopen: () => Promise<KeptTable>, work: (session: Session) => Promise<T>): Promise<T> {
      const one = open.get(key) ?? add(key, reopen().then(sessionOf));
      // the latest used stands last
      open.delete(key);
      open.set(key, one);
      clearTimeout(one.idle);
      one.users++;
      try {
        return await work(await one.session);
      } finally {
        one.users--;
        if (one.users === 0 && open.get(key) === one) closeLater(key, one);
      }
    },

    close,

    async dispose(): Promise<void> {
      for (const key of [...open.keys()]) close(key);
      await Promise.all(closing);
    },
  };
}
