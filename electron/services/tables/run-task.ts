import { once } from 'node:events';
import { startWorker } from '../../platform/worker.ts';
import { cancelled } from './database.ts';
import type { TableTask, TableTasks } from './worker.ts';

/**
 * Runs a task of `worker.ts` in a thread of its own, which is gone afterwards.
 * @throws AppError CANCELLED at once when the signal is aborted; Error with the task's own message
 */
export async function runTask<K extends keyof TableTasks>(
  task: K,
  input: TableTasks[K]['input'],
  signal?: AbortSignal,
): Promise<TableTasks[K]['output']> {
  if (signal?.aborted) throw cancelled();
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const worker = startWorker(new URL('./worker.ts', import.meta.url), {
    workerData: { task, input, stop } satisfies TableTask<K>,
  });
  const ended = once(worker, 'exit');
  // the thread ends by itself at its next look: what it holds open is closed before anybody removes a folder
  const abort = (): void => {
    Atomics.store(stop, 0, 1);
    worker.postMessage('stop');
  };
  signal?.addEventListener('abort', abort);
  try {
    const [answer] = (await Promise.race([
      once(worker, 'message'),
      ended.then(() => [{ error: 'the thread that read the file ended' }]),
    ])) as [{ output: TableTasks[K]['output'] } | { error: string }];
    if (signal?.aborted) throw cancelled();
    if ('error' in answer) throw new Error(answer.error);
    return answer.output;
  } finally {
    signal?.removeEventListener('abort', abort);
    await ended;
  }
}
