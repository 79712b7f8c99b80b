import { setTimeout as pause } from 'node:timers/promises';
import { AppError, ERROR_STATUS, type ErrorCode } from '../../../shared/errors.ts';
import { startWorker } from '../../platform/worker.ts';
import type { RemoteSettings } from './address.ts';
import { cancelled } from './problems.ts';
import type { FromRemote, RemoteCall, RemoteCalls, RemoteWork } from './protocol.ts';

const PATIENCE_MS = 2_000;

type Waiting = {
  resolve: (output: unknown) => void;
  reject: (error: Error) => void;
  onBytes: (count: number) => void;
};
type Ask = { readonly signal: AbortSignal; readonly onBytes?: (count: number) => void };

export type RemoteClient = ReturnType<typeof connectRemote>;

/**
 * A remote that is reached over a network, used from a thread of its own: signing, decrypting and hashing never delay an answer. Nothing is
 * connected before the first question. It must be closed.
 * @param jobs how much at the same time; null for what suits the remote
 */
export function connectRemote(remote: RemoteSettings, jobs: number | null = null) {
  const worker = startWorker(new URL('./worker.ts', import.meta.url), {
    workerData: { remote, jobs } satisfies RemoteWork,
  });
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let ended = false;
  worker.on('message', (message: FromRemote) => {
    const one = waiting.get(message.id);
    if (!one) return;
    if ('bytes' in message) return one.onBytes(message.bytes);
    waiting.delete(message.id);
    if ('output' in message) one.resolve(message.output);
    else one.reject(errorOf(message));
  });
  worker.on('error', (error) => {
    for (const one of waiting.values()) one.reject(error);
    waiting.clear();
  });
  worker.on('exit', () => {
    ended = true;
    for (const one of waiting.values()) one.reject(cancelled());
    waiting.clear();
  });

  const ask = <K extends RemoteCall>(
    call: K,
    input: RemoteCalls[K]['input'],
    { signal, onBytes = () => {} }: Ask,
  ): Promise<RemoteCalls[K]['output']> => {
    if (signal.aborted) return Promise.reject(cancelled());
    const id = nextId++;
    const cancel = (): void => {
      worker.postMessage({ cancel: id });
      // whoever stopped it does not wait for a host that hangs
      setTimeout(() => {
        waiting.get(id)?.reject(cancelled());
        waiting.delete(id);
      }, PATIENCE_MS).unref();
    };
    signal.addEventListener('abort', cancel, { once: true });
    return new Promise<RemoteCalls[K]['output']>((resolve, reject) => {
      waiting.set(id, { resolve: resolve as (output: unknown) => void, reject, onBytes });
      worker.postMessage({ id, call, input });
    }).finally(() => signal.removeEventListener('abort', cancel));
  };

  return {
    ask,
    /** Ends connections and thread; a host that does not answer is not waited for. */
    async close(): Promise<void> {
      const polite = new AbortController();
      if (!ended) await Promise.race([ask('close', null, polite).catch(() => {}), pause(PATIENCE_MS, null, polite)]);
      polite.abort();
      await worker.terminate();
    },
  };
}

function errorOf({ error, code, data }: Extract<FromRemote, { error: string }>): Error {
  return code !== null && code in ERROR_STATUS ? new AppError(code as ErrorCode, error, data) : new Error(error);
}
