import { once } from 'node:events';
import { AppError } from '../../../shared/errors.ts';
import { startWorker } from '../../platform/worker.ts';
import { diffTexts, type TextsDiff, type TextsTask } from './texts.ts';

/** Smaller texts are compared before a thread has started. */
const INLINE_BYTES = 256 << 10;

/**
 * `diffTexts` in a thread of its own, which is gone afterwards: a document of some megabytes takes seconds, in which nothing else would be answered.
 * @param bytes of both together
 * @throws AppError CANCELLED at once when the signal is aborted
 */
export async function textsInThread(task: TextsTask, bytes: number, signal?: AbortSignal): Promise<TextsDiff | null> {
  const cancelled = (): AppError => new AppError('CANCELLED', 'The comparison was stopped.');
  if (signal?.aborted) throw cancelled();
  if (bytes <= INLINE_BYTES) return diffTexts(task);
  const worker = startWorker(new URL('./worker.ts', import.meta.url), { workerData: task });
  const abort = (): void => void worker.terminate();
  signal?.addEventListener('abort', abort);
  try {
    const [answer] = (await Promise.race([
      once(worker, 'message'),
      once(worker, 'exit').then(() => [{ error: 'the thread that compared the texts ended' }]),
    ])) as [{ output: TextsDiff | null } | { error: string }];
    if (signal?.aborted) throw cancelled();
    if ('error' in answer) throw new Error(answer.error);
    return answer.output;
  } finally {
    signal?.removeEventListener('abort', abort);
    await worker.terminate();
  }
}
