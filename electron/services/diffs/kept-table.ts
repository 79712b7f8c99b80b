import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenDuckDb } from '../duckdb/open.ts';
import { cancelled, createDatabase } from '../tables/database.ts';
import { type OpenTableDiff, withTableDiff } from './table.ts';
import { temporaryFolder } from './temporary.ts';
import type { DiffOptions } from './types.ts';

/** A table diff that stays open until it is closed, so that its rows can be asked for. */
export type KeptTable = {
  readonly open: OpenTableDiff;
  /** a file that the database may write, in a folder that is gone after `close` */
  readonly outputFile: string;
  /** Long work, one after the other. */
  exclusive<T>(work: (open: OpenTableDiff) => Promise<T>): Promise<T>;
  /** Short work on a connection of its own, so that it waits for nothing. */
  beside<T>(work: (open: OpenTableDiff) => Promise<T>): Promise<T>;
  /** Stops what is running and frees memory and temporary files. */
  close(): Promise<void>;
};

/** Compares two tables and keeps them open. Aborting the signal stops the comparison, and nothing after it. */
export async function keepTableDiff(
  files: Parameters<typeof withTableDiff>[0],
  options: DiffOptions,
): Promise<KeptTable> {
  const folder = await temporaryFolder();
  const outputFile = join(folder, 'output');
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  if (options.signal?.aborted) abort();
  options.signal?.addEventListener('abort', abort);
  const opened = Promise.withResolvers<{ open: OpenTableDiff; connect: OpenDuckDb['connect'] }>();
  const closed = Promise.withResolvers<void>();
  const ended = withTableDiff(files, { ...options, signal: stop.signal }, [outputFile], async (open, connect) => {
    opened.resolve({ open, connect });
    await closed.promise;
  }).finally(() => rm(folder, { recursive: true, force: true }));
  ended.catch(opened.reject);
  const { open, connect } = await opened.promise.finally(() => options.signal?.removeEventListener('abort', abort));
  const uses = new Set<Promise<unknown>>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    open,
    outputFile,
    exclusive(work) {
      const next = last.then(() => work(open));
      last = next.catch(() => {});
      return next;
    },
    async beside(work) {
      if (stop.signal.aborted) throw cancelled();
      const done = (async () => {
        const connection = await connect();
        try {
          return await work({ ...open, db: createDatabase(connection, stop.signal) });
        } finally {
          connection.closeSync();
        }
      })();
      uses.add(done);
      return done.finally(() => uses.delete(done));
    },
    async close() {
      stop.abort();
      await Promise.allSettled([last, ...uses]);
      closed.resolve();
      await ended;
    },
  };
}
