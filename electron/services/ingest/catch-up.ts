import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { isRunId } from '../../../shared/ids.ts';
import type { Db } from '../../db/open.ts';
import { runsFolder } from '../projects/layout.ts';
import { type Change, createIngester, type Ingester } from './ingester.ts';
import { createTurns, TURN_MS } from './turns.ts';

export type CatchUpOptions = {
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
  onChange?: (run: string, change: Change) => void;
  ingester?: Ingester;
};

const WAKE = '.wake-';

/**
 * Brings the whole index up to date: new runs, runs that had not ended, runs that were woken, and runs whose folder is gone. A run that has
 * ended costs nothing but its name in one listing, so ten thousand of them take milliseconds.
 * @returns the folders that are no run yet, because nothing says who they are
 * @throws AppError CANCELLED by the signal; what was read until then stays
 */
export async function catchUp(root: string, db: Db, options: CatchUpOptions = {}): Promise<string[]> {
  const { signal, onProgress, onChange, ingester = createIngester(root, db) } = options;
  const { todo, fresh, wakes } = look(root, db);
  const turn = createTurns();
  for (let done = 0; done < todo.length; ) {
    if (signal?.aborted) throw new AppError('CANCELLED', 'Reading the runs was cancelled. What has been read is kept.');
    const together = ingester.ingestTogether(todo, done, TURN_MS);
    const changes = together.length > 0 ? together : [await ingester.ingestInTurns(todo[done]!, turn)];
    for (const change of changes) {
      const id = todo[done++]!;
      if (change.row || change.points) onChange?.(id, change);
    }
    onProgress?.(done, todo.length);
    await turn();
  }
  for (const id of wakes) forgetWake(root, id);
  const isRun = db.prepare('SELECT 1 FROM runs WHERE id = ?');
  return fresh.filter((id) => !isRun.get(id));
}

/** Runs that may have something new. */
function look(root: string, db: Db): { todo: string[]; fresh: string[]; wakes: string[] } {
  const names = list(runsFolder(root));
  const ids = new Set(names.filter(isRunId));
  const known = new Set(db.prepare('SELECT id FROM runs').pluck().all() as string[]);
  const open = db
    .prepare(`SELECT id FROM runs WHERE status IN ('queued', 'running', 'lost')`)
    .pluck()
    .all() as string[];
  const wakes = names.filter((name) => name.startsWith(WAKE)).map((name) => name.slice(WAKE.length));
  const todo = new Set<string>();
  for (const id of known) if (!ids.has(id)) todo.add(id);
  for (const id of open) todo.add(id);
  for (const id of wakes) if (ids.has(id)) todo.add(id);
  // in order of their ids: what a run gets from the one before it comes out the same after every rebuild
  const fresh = [...ids].filter((id) => !known.has(id)).sort();
  for (const id of fresh) todo.add(id);
  return { todo: [...todo], fresh, wakes };
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    // no runs yet; anything else must not look as if every run had been deleted
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new AppError(
      'UNAVAILABLE',
      `The folder ${folder} cannot be read. Check its permissions and that its disk is there.`,
      {},
      { cause: error },
    );
  }
}

function forgetWake(root: string, id: string): void {
  try {
    rmSync(join(runsFolder(root), WAKE + id), { force: true });
  } catch {
    // in a folder that cannot be written it is looked at again, which changes nothing
  }
}
