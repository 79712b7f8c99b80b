import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a worker thread that shares this process's compile cache. Threads take it from their environment only; without it each loads the
 * type stripper for itself, which costs 20 MB.
 */
export function startWorker(url: URL, options: WorkerOptions = {}): Worker {
  const cache = getCompileCacheDir();
  return new Worker(url, cache ? { env: { ...process.env, NODE_COMPILE_CACHE: dirname(cache) }, ...options } : options);
}
