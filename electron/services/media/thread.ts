import type { Worker } from 'node:worker_threads';
import { AppError } from '../../../shared/errors.ts';
import { startWorker } from '../../platform/worker.ts';
import { imageProblem } from './problem.ts';
import type { MediaAnswer, MediaCall, MediaCalls } from './protocol.ts';

const WORKERS = 2;

type Job = { start: (worker: Worker) => void };

const idle: Worker[] = [];
const waiting: Job[] = [];
let alive = 0;

/**
 * Has loops over pixels and hashes done in a thread of their own; at most two at a time. A thread that has nothing to do keeps no process
 * alive, and who is cancelled has its thread ended at once.
 * @throws AppError CANCELLED, BAD_REQUEST with `data.finding`
 */
export function inThread<K extends MediaCall>(
  call: K,
  input: MediaCalls[K]['input'],
  signal?: AbortSignal,
): Promise<MediaCalls[K]['output']> {
  return new Promise((resolve, reject) => {
    let worker: Worker | null = null;
    const cancelled = (): AppError => new AppError('CANCELLED', 'Stopped.');
    const leave = (keep: boolean): void => {
      signal?.removeEventListener('abort', abort);
      worker?.off('message', onMessage);
      worker?.off('error', onError);
      worker?.unref();
      if (worker && keep) idle.push(worker);
      else if (worker) {
        alive--;
        void worker.terminate();
      }
      next();
    };
    const onMessage = (answer: MediaAnswer): void => {
      leave(true);
      if ('output' in answer) resolve(answer.output as MediaCalls[K]['output']);
      else reject(answer.finding === null ? new Error(answer.error) : imageProblem(answer.finding, answer.error));
    };
    const onError = (error: Error): void => {
      leave(false);
      reject(error);
    };
    const job: Job = {
      start: (given) => {
        worker = given;
        given.ref();
        given.on('message', onMessage);
        given.on('error', onError);
        given.postMessage({ call, input });
      },
    };
    const abort = (): void => {
      const place = waiting.indexOf(job);
      if (place >= 0) waiting.splice(place, 1);
      leave(false);
      reject(cancelled());
    };
    if (signal?.aborted) return reject(cancelled());
    signal?.addEventListener('abort', abort, { once: true });
    waiting.push(job);
    next();
  });
}

function next(): void {
  while (waiting.length > 0 && (idle.length > 0 || alive < WORKERS)) {
    const worker = idle.pop() ?? start();
    waiting.shift()!.start(worker);
  }
}

function start(): Worker {
  alive++;
  const worker = startWorker(new URL('./worker.ts', import.meta.url));
  worker.unref();
  return worker;
}
