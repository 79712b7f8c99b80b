import type { Worker } from 'node:worker_threads';
import { AppError, ERROR_STATUS, type ErrorCode } from '../../../shared/errors.ts';
import { writeError } from '../../platform/files.ts';
import { startWorker } from '../../platform/worker.ts';
import { stopOn } from '../datasets/context.ts';
import type { ModelTask, ModelTasks } from './tasks.ts';

export type Question = {
  [K in ModelTask]: { id: number; call: K; input: ModelTasks[K]['input']; stop: Int32Array };
}[ModelTask];
export type Answer =
  | { id: number; bytes: number }
  | { id: number; output: unknown }
  | { id: number; error: string; code: string | null; errno: string | null; path: string | null };

type Waiting = { resolve(output: unknown): void; reject(error: Error): void; onBytes(count: number): void };
type Ask = { readonly signal?: AbortSignal | undefined; readonly onBytes?: (count: number) => void };

export type Threads = ReturnType<typeof createThreads>;

/** The threads of the registry: one reads definitions, one copies and hashes. Each starts with the first question. */
export function createThreads() {
  const slots = new Map<'read' | 'bytes', { worker: Worker; waiting: Map<number, Waiting> }>();
  let nextId = 1;

  const start = (kind: 'read' | 'bytes') => {
    const worker = startWorker(new URL('./worker.ts', import.meta.url));
    worker.unref();
    const slot = { worker, waiting: new Map<number, Waiting>() };
    worker.on('message', (answer: Answer) => {
      const one = slot.waiting.get(answer.id);
      if (!one) return;
      if ('bytes' in answer) return one.onBytes(answer.bytes);
      slot.waiting.delete(answer.id);
      if (slot.waiting.size === 0) worker.unref();
      if ('output' in answer) one.resolve(answer.output);
      else one.reject(errorOf(answer));
    });
    const fail = (error: Error): void => {
      if (slots.get(kind) === slot) slots.delete(kind);
      for (const one of slot.waiting.values()) one.reject(error);
      slot.waiting.clear();
    };
    worker.on('error', fail);
    worker.on('exit', () =>
      fail(new AppError('CANCELLED', 'Assay is closing. Do it again; what was done so far is kept.')),
    );
    slots.set(kind, slot);
    return slot;
  };

  return {
    /** @throws AppError what the task throws, CANCELLED */
    ask<K extends ModelTask>(
      call: K,
      input: ModelTasks[K]['input'],
      { signal, onBytes = () => {} }: Ask = {},
    ): Promise<ModelTasks[K]['output']> {
      const kind = call === 'parse' ? 'read' : 'bytes';
      const { worker, waiting } = slots.get(kind) ?? start(kind);
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve: (output) => resolve(output as ModelTasks[K]['output']), reject, onBytes });
        worker.ref();
        worker.postMessage({ id, call, input, stop: stopOn(signal) });
      });
    },
    async dispose(): Promise<void> {
      await Promise.all([...slots.values()].map(({ worker }) => worker.terminate()));
      slots.clear();
    },
  };
}

function errorOf({ error, code, errno, path }: Extract<Answer, { error: string }>): Error {
  if (code !== null && code in ERROR_STATUS) return new AppError(code as ErrorCode, error);
  if (errno === 'ENOENT' || errno === 'EACCES' || errno === 'ELOOP')
    return new AppError('UNAVAILABLE', `${path} cannot be read (${errno}). It may just have been moved; try again.`);
  if (errno !== null)
    return writeError(path ?? 'the store of models', Object.assign(new Error(error), { code: errno }));
  return new Error(error);
}
