import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenTableDiff, withTableDiff } from './table.ts';
import type { DiffOptions } from './types.ts';

/** A table diff that stays open until it is closed, so that its rows can be asked for. */
export type KeptTable = {
  readonly open: OpenTableDiff;
  /** a file that the database may write, in a folder that is gone after `close` */
  readonly outputFile: string;
  /** Work on the database, one after the other: it has one connection. */
  exclusive<T>(work: (open: OpenTableDiff) => Promise<T>): Promise<T>;
  /** Stops what is running and frees memory and temporary files. */
  close(): Promise<void>;
};

/** Compares two tables and keeps them open. Aborting the signal stops the comparison, and nothing after it. */
export async function keepTableDiff(
  files: Parameters<typeof withTableDiff>[0],
  options: DiffOptions,
): Promise<KeptTable> {
  const folder = await mkdtemp(join(tmpdir(), `assay-diff-${process.pid}-out-`));
  const outputFile = join(folder, 'output');
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  if (options.signal?.aborted) abort();
  options.signal?.addEventListener('abort', abort);
  const opened = Promise.withResolvers<OpenTableDiff>();
  const closed = Promise.withResolvers<void>();
  const ended = withTableDiff(files, { ...options, signal: stop.signal }, [outputFile], async (open) => {
    opened.resolve(open);
    await closed.promise;
  }).finally(() => rm(folder, { recursive: true, force: true }));
  ended.catch(opened.reject);
  let open: OpenTableDiff;
  try {
    open = await opened.promise;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
  let last: Promise<unknown> = Promise.resolve();
  return {
    open,
    outputFile,
    exclusive(work) {
      const next = last.then(() => work(open));
      last = next.catch(() => {});
      return next;
    },
    async close() {
      stop.abort();
      await last;
      closed.resolve();
      await ended;
    },
  };
}
