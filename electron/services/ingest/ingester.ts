import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Db } from '../../db/open.ts';
import { runFolder } from '../projects/layout.ts';
import { type Batch, changesRow, newBatch } from './batch.ts';
import { parseLog } from './parse-log.ts';
import { type RunRecord, readRecord } from './record.ts';
import { type Machine, type RunState, readState, thisMachine } from './state.ts';
import { createIngestStore, type StoredFile, type StoredRun } from './store.ts';
import { openTail, type Piece, type Position, type Tail } from './tail.ts';

/** What bringing a run up to date has changed. */
export type Change = { row: boolean; points: boolean };

const FILES = ['log.ndjson', 'system.ndjson'];
const START: Position = { offset: 0, skipping: false };
/** New runs with less to read than this go into the index in one transaction. */
const SMALL = 1_048_576;
/** `last_seen_at` of a run that goes on is not worth a write more often than this. */
const SEEN_EVERY_MS = 1000;

export type Ingester = ReturnType<typeof createIngester>;

/**
 * Brings runs up to date with their files. Several processes may do so at once: what is read and how far is stored in one transaction that
 * first makes sure that nobody else was quicker, so every line counts exactly once.
 */
export function createIngester(root: string, db: Db, machine: Machine = thisMachine()) {
  const store = createIngestStore(db);
  const atomically = <T>(work: () => T): T => db.transaction(work).immediate();

  /** The row of a run, made when missing; null when its identity is not there (yet). Inside a transaction. */
  const ensureRow = (id: string, known: RunRecord | null): number | null => {
    const row = store.run(id);
    if (row) return row.pk;
    const record = known ?? readRecord(runFolder(root, id), id);
    return record && store.add(id, record, record.launched ? 'running' : 'queued');
  };

  const readPiece = (tail: Tail & object, position: Position): { piece: Piece; batch: Batch } | null => {
    const piece = tail.next(position);
    if (!piece) return null;
    const batch = newBatch();
    parseLog(piece.lines, batch);
    batch.bad += piece.tooLong;
    return { piece, batch };
  };

  /** Reads one file to its end. Returns false when it is not the file that was read before. */
  function* follow(id: string, name: string, record: RunRecord | null, change: Change): Generator<void, boolean> {
    const tail = openTail(join(runFolder(root, id), name));
    if (!tail) return true;
    try {
      for (;;) {
        const row = store.run(id);
        const stored = row && store.position(row.pk, name);
        if (stored && (stored.inode !== tail.inode || stored.offset > tail.size)) return false;
        const read = readPiece(tail, stored ? positionOf(stored) : START);
        if (!read) return true;
        const { piece, batch } = read;
        const known = atomically(() => {
          const pk = ensureRow(id, record);
          if (pk === null) return false;
          if (same(store.position(pk, name), stored)) {
            store.apply(pk, name, tail.inode, piece.next, batch);
            change.points ||= batch.points > 0;
            change.row ||= changesRow(batch);
          }
          return true;
        });
        if (!known) return true;
        yield;
      }
    } finally {
      tail.close();
    }
  }

  const applyState = (id: string, record: RunRecord | null, state: RunState, change: Change): void => {
    const before = store.run(id);
    if (before && !differs(before, state)) return;
    change.row ||= !before || before.status !== state.status || before.ended_at !== state.endedAt;
    atomically(() => {
      const pk = ensureRow(id, record);
      if (pk !== null) store.setState(pk, state);
    });
  };

  const forget = (id: string, change: Change): void => {
    if (store.run(id)) change.row = atomically(() => store.remove(id)) || change.row;
  };

  /** Begins a run's row anew. In one transaction, so that nobody finds it missing in between. */
  const beginAgain = (id: string, record: RunRecord | null, state: RunState, change: Change): void => {
    atomically(() => {
      store.remove(id);
      const pk = ensureRow(id, record);
      if (pk !== null) store.setState(pk, state);
    });
    change.row = true;
  };

  /** One run, in steps of one transaction each, so that a caller may do other things in between. */
  function* steps(id: string): Generator<void, Change> {
    const change: Change = { row: false, points: false };
    const folder = runFolder(root, id);
    if (!existsSync(folder)) {
      forget(id, change);
      return change;
    }
    const row = store.run(id);
    let record = row && row.status !== 'queued' ? null : readRecord(folder, id);
    if (!row && !record) return change;
    change.row = !row;
    // a queued run that was launched: its identity is another one now, and what people changed in the meantime stays
    if (row?.status === 'queued' && record?.launched) {
      beginAgain(id, record, readState(folder, true, machine), change);
    }
    for (let again = 0; again < 3; again++) {
      const state = readState(folder, record?.launched ?? true, machine);
      let whole = true;
      for (const name of FILES) whole = whole && (yield* follow(id, name, record, change));
      if (whole) {
        applyState(id, record, state, change);
        break;
      }
      record ??= readRecord(folder, id);
      beginAgain(id, record, state, change);
    }
    return change;
  }

  const isSmallAndNew = (id: string): boolean =>
    !store.run(id) && hasRecord(runFolder(root, id)) && unread(root, id) < SMALL;

  /** One run, to its end. */
  const ingest = (id: string): Change => {
    const all = (): Change => drain(steps(id));
    return isSmallAndNew(id) ? atomically(all) : all();
  };

  return {
    ingest,
    /**
     * The first of these runs, as long as they are new and small and time is left, together in one transaction: a commit each would cost more
     * than the reading. Returns what has changed of each one done, which may be none.
     */
    ingestTogether(ids: readonly string[], from: number, budgetMs: number): Change[] {
      if (from >= ids.length || !isSmallAndNew(ids[from]!)) return [];
      const end = performance.now() + budgetMs;
      return atomically(() => {
        const changes: Change[] = [];
        for (let i = from; i < ids.length && performance.now() < end && isSmallAndNew(ids[i]!); i++)
          changes.push(drain(steps(ids[i]!)));
        return changes;
      });
    },
    /** One run, to its end, with a wait for `turn` after each transaction, so that others are served meanwhile. */
    async ingestInTurns(id: string, turn: () => Promise<void> | undefined): Promise<Change> {
      if (isSmallAndNew(id)) return ingest(id);
      const work = steps(id);
      for (;;) {
        const next = work.next();
        if (next.done) return next.value;
        await turn();
      }
    },
  };
}

function drain<T>(work: Generator<void, T>): T {
  for (;;) {
    const next = work.next();
    if (next.done) return next.value;
  }
}

const hasRecord = (folder: string): boolean =>
  existsSync(join(folder, 'run.json')) || existsSync(join(folder, 'request.json'));

function unread(root: string, id: string): number {
  let bytes = 0;
  for (const name of FILES) {
    const tail = openTail(join(runFolder(root, id), name));
    bytes += tail?.size ?? 0;
    tail?.close();
  }
  return bytes;
}

const positionOf = (stored: StoredFile): Position => ({ offset: stored.offset, skipping: stored.skipping === 1 });

function same(a: StoredFile | undefined, b: StoredFile | undefined): boolean {
  return a?.offset === b?.offset && a?.inode === b?.inode && a?.skipping === b?.skipping;
}

function differs(row: StoredRun, state: RunState): boolean {
  const seen = Math.abs((state.lastSeenAt ?? 0) - (row.last_seen_at ?? 0));
  return (
    row.status !== state.status ||
    row.ended_at !== state.endedAt ||
    row.exit_code !== state.exitCode ||
    row.signal !== state.signal ||
    row.error !== state.error ||
    row.peak_memory !== state.peakMemory ||
    seen >= SEEN_EVERY_MS
  );
}
