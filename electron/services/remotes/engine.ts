import { chmodSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { writeError } from '../../platform/files.ts';
import { hashFile } from '../datasets/file-hash.ts';
import { parallel } from './parallel.ts';
import { openPartials, type Partial } from './partial.ts';
import { passing } from './problems.ts';
import { type RetryPolicy, retrying } from './retry.ts';
import type { Outgoing, RemoteStore } from './store.ts';

export type Incoming = {
  readonly key: string;
  /** MD5 in hex, perhaps with `.dir`; or SHA-256 */
  readonly hash: string;
  /** as DVC 2 hashed */
  readonly legacy: boolean;
  /** where it is to lie */
  readonly path: string;
  /** a server that sends more sends something else; null when nobody knows its size */
  readonly atMost: number | null;
};

export type EngineOptions = {
  readonly jobs: number;
  readonly signal: AbortSignal;
  /** bytes that arrived or were sent since the last call; negative when something starts over */
  readonly onBytes: (count: number) => void;
  readonly policy?: RetryPolicy;
  /** a download that brings nothing for so long is tried again; default a minute */
  readonly stallMs?: number;
};

export type Arrived = { copied: number; bytes: number; missing: string[]; damaged: string[] };

/**
 * Fetches objects: each goes on from where an earlier try stopped, is hashed, and only then gets its name and mode. What the remote does not
 * hold, or holds damaged, is reported; everything else is fetched all the same.
 */
export async function download(
  store: RemoteStore,
  objects: readonly Incoming[],
  temporary: string,
  mode: number,
  options: EngineOptions,
): Promise<Arrived> {
  const result: Arrived = { copied: 0, bytes: 0, missing: [], damaged: [] };
  const partials = openPartials(temporary);
  await parallel(objects, options.jobs, options.signal, async (object, signal) => {
    const partial = orSay(object.path, () => partials.open(object.hash));
    options.onBytes(partial.offset);
    let state: 'there' | 'missing' | 'damaged';
    try {
      state = await arrive(store, object, partial, { ...options, signal });
    } catch (error) {
      partial.keep();
      throw error;
    }
    if (state !== 'there') {
      partial.drop();
      result[state].push(object.hash);
      return;
    }
    orSay(object.path, () => {
      partial.finish();
      chmodSync(partial.path, mode);
      place(partial.path, object.path);
    });
    result.copied++;
    result.bytes += partial.offset;
  });
  return result;
}

const TOO_MUCH = new AppError('UNAVAILABLE', 'The remote sends more than the object has.');

/** Brings the whole object into its partial file. What is wrong is fetched once more from its beginning before it counts as damaged. */
async function arrive(
  store: RemoteStore,
  object: Incoming,
  partial: Partial,
  { signal, onBytes, policy, stallMs = 60_000 }: EngineOptions,
): Promise<'there' | 'missing' | 'damaged'> {
  const isRight = (): boolean =>
    (object.legacy && !object.hash.endsWith('.dir')
      ? hashFile(partial.path, new Int32Array(1), true).md5
      : partial.digest()) === object.hash.replace(/\.dir$/, '');
  const resumed = partial.offset > 0;
  // a process may have died between the last byte and the name
  if (resumed && isRight()) return 'there';
  const sink = {
    get offset() {
      return partial.offset;
    },
    write(bytes: Uint8Array) {
      if (object.atMost !== null && partial.offset + bytes.length > object.atMost) throw TOO_MUCH;
      orSay(object.path, () => partial.write(bytes));
      onBytes(bytes.length);
    },
    restart() {
      onBytes(-partial.offset);
      partial.restart();
    },
  };
  const fetch = (): Promise<boolean> =>
    retrying(() => watched(store, object.key, sink, signal, stallMs), {
      signal,
      ...(policy ? { policy } : {}),
      progress: () => partial.offset,
    }).catch((error) => {
      if (error === TOO_MUCH) return true;
      throw error;
    });
  if (!(await fetch())) return 'missing';
  if (isRight()) return 'there';
  if (!resumed) return 'damaged';
  sink.restart();
  if (!(await fetch())) return 'missing';
  return isRight() ? 'there' : 'damaged';
}

/** One request that is given up when nothing comes for too long. */
async function watched(
  store: RemoteStore,
  key: string,
  sink: Parameters<RemoteStore['get']>[1],
  signal: AbortSignal,
  stallMs: number,
): Promise<boolean> {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), stallMs);
  try {
    return await store.get(
      key,
      {
        get offset() {
          return sink.offset;
        },
        write(bytes) {
          timer.refresh();
          sink.write(bytes);
        },
        restart: () => sink.restart(),
      },
      AbortSignal.any([signal, stalled.signal]),
    );
  } catch (error) {
    if (stalled.signal.aborted && !signal.aborted)
      throw passing(`${store.address} sent nothing for ${stallMs / 1000} s. Check the network, then run this again.`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Sends objects; the first that cannot be sent ends it. */
export async function upload(
  store: RemoteStore,
  objects: readonly Outgoing[],
  { jobs, signal, onBytes, policy }: EngineOptions,
): Promise<{ copied: number; bytes: number }> {
  const result = { copied: 0, bytes: 0 };
  await parallel(objects, jobs, signal, async (object, both) => {
    await retrying(
      async () => {
        let sent = 0;
        try {
          await store.put(object, both, (count) => {
            sent += count;
            onBytes(count);
          });
          // some stores tell only at the end
          onBytes(object.size - sent);
        } catch (error) {
          onBytes(-sent);
          throw error;
        }
      },
      { signal: both, ...(policy ? { policy } : {}) },
    );
    result.copied++;
    result.bytes += object.size;
  });
  return result;
}

function place(temporary: string, path: string): void {
  try {
    renameSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true });
    renameSync(temporary, path);
  }
}

function orSay<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError || (error as NodeJS.ErrnoException).code === undefined) throw error;
    throw writeError(path, error);
  }
}
