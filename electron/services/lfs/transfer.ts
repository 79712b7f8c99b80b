import { mkdirSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';
import { parallel } from '../remotes/parallel.ts';
import { passing as asPassing, mayPass } from '../remotes/problems.ts';
import { type RetryPolicy, retrying } from '../remotes/retry.ts';
import { askBatch, type BatchObject, type BatchTarget, type Wanted } from './batch.ts';
import type { Operation } from './endpoint.ts';
import type { LfsHttp } from './http.ts';
import { findObject, type Store } from './store.ts';
import { downloadObject, uploadObject } from './transfer-object.ts';

const PER_BATCH = 100;
export const JOBS = 8;

export type Exchanged = {
  readonly files: number;
  readonly bytes: number;
  /** by object, why it could not be exchanged */
  readonly failed: ReadonlyMap<string, AppError>;
};

export type ExchangeOptions = {
  readonly http: LfsHttp;
  /** asked again before every batch: what `git-lfs-authenticate` gives ends after minutes */
  readonly target: (signal: AbortSignal) => Promise<BatchTarget>;
  readonly store: Store;
  readonly ref: string | null;
  readonly jobs?: number;
  readonly signal: AbortSignal;
  readonly onBytes: (count: number) => void;
  readonly policy?: RetryPolicy;
};

/**
 * Fetches or sends objects, a hundred in a batch and eight at a time. What fails for a reason that may pass is asked for again after a
 * while; one object that fails for good stops none of the others.
 * @throws AppError for what concerns all of them: no access, no server, no space
 */
export async function exchange(
  operation: Operation,
  objects: readonly Wanted[],
  options: ExchangeOptions,
): Promise<Exchanged> {
  const { store, signal } = options;
  mkdirSync(store.folder, { recursive: true });
  const failed = new Map<string, AppError>();
  const kept = new Map<string, number>();
  const renewed = new Set<string>();
  let [files, bytes, perBatch] = [0, 0, PER_BATCH];
  const queue = [...objects];
  while (queue.length > 0) {
    const left = new Map(queue.splice(0, perBatch).map((one) => [one.oid, one]));
    const done = (one: BatchObject, sent: boolean): void => {
      left.delete(one.oid);
      if (!sent) return;
      files++;
      bytes += one.size;
    };
    try {
      const work = { done, failed, kept, renewed };
      await retrying(() => tryBatch(operation, [...left.values()], options, work), {
        signal,
        progress: () => [...kept.values()].reduce((sum, size) => sum + size, files),
        ...(options.policy ? { policy: options.policy } : {}),
      });
    } catch (error) {
      // too many at once: fewer then
      if (!(error instanceof AppError) || error.data.status !== 413 || left.size < 2) throw error;
      perBatch = Math.ceil(left.size / 2);
      queue.unshift(...left.values());
    }
  }
  return { files, bytes, failed };
}

type Progress = {
  readonly done: (object: BatchObject, sent: boolean) => void;
  readonly failed: Map<string, AppError>;
  /** how much of each object has come at most, and is kept */
  readonly kept: Map<string, number>;
  /** objects whose leave was asked for again, since it may have ended */
  readonly renewed: Set<string>;
};

async function tryBatch(
  operation: Operation,
  objects: readonly Wanted[],
  { http, target, store, ref, jobs = JOBS, signal, onBytes }: ExchangeOptions,
  { done, failed, kept, renewed }: Progress,
): Promise<void> {
  const answers = await askBatch(http, await target(signal), operation, objects, ref, signal);
  let passing: AppError | null = null;
  const refuse = (object: BatchObject, error: AppError): void => {
    if (mayPass(error)) passing ??= error;
    else {
      failed.set(object.oid, error);
      done(object, false);
    }
  };
  await parallel(answers, jobs, signal, async (object, stop) => {
    if (object.error) return refuse(object, object.error);
    // for an upload that means that the server has it
    if (operation === 'upload' ? !object.upload : !object.download) {
      if (operation === 'upload') done(object, false);
      else refuse(object, new AppError('UNAVAILABLE', `The LFS server offers no way to ${object.oid.slice(0, 12)}….`));
      return;
    }
    let moved = 0;
    const count = (more: number): void => {
      moved += more;
      onBytes(more);
    };
    try {
      const onKept = (size: number): void => void kept.set(object.oid, Math.max(size, kept.get(object.oid) ?? 0));
      const file = operation === 'upload' ? findObject(store, object) : null;
      if (operation === 'upload' && !file) throw notHere(object);
      if (operation === 'download') await downloadObject(http, object, store, { signal: stop, onBytes: count, onKept });
      else await uploadObject(http, object, file!, { signal: stop, onBytes: count });
      done(object, true);
    } catch (error) {
      // what is left of a download counts again when it goes on
      onBytes(-moved);
      if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error;
      const { status } = error.data;
      if ((status === 401 || status === 403) && !renewed.has(object.oid)) {
        renewed.add(object.oid);
        passing ??= asPassing(error.message, 0);
      } else if ([401, 403, 507, 509].includes(Number(status))) throw error;
      else refuse(object, error);
    }
  });
  if (passing) throw passing;
}

const notHere = ({ oid }: Wanted): AppError =>
  new AppError(
    'NOT_FOUND',
    `The object ${oid.slice(0, 12)}… is neither on this machine nor on the server. Pull it from where it is, or add the file again.`,
  );
