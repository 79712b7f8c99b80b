import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../../../shared/errors.ts';
import { download, upload } from './engine.ts';
import { openStore } from './open.ts';
import { presentIn } from './present.ts';
import type { FromRemote, RemoteWork, ToRemote } from './protocol.ts';
import type { RemoteStore } from './store.ts';

const TELL_MS = 100;

const { remote, jobs } = workerData as RemoteWork;
const running = new Map<number, AbortController>();
let store: Promise<RemoteStore> | null = null;
const say = (message: FromRemote): void => parentPort!.postMessage(message);

async function answer(question: Exclude<ToRemote, { cancel: number }>, signal: AbortSignal): Promise<unknown> {
  if (question.call === 'close') {
    await (await store?.catch(() => null))?.close();
    return null;
  }
  store ??= openStore(remote);
  const open = await store;
  let bytes = 0;
  const tell = (): void => {
    if (bytes !== 0) say({ id: question.id, bytes });
    bytes = 0;
  };
  const timer = setInterval(tell, TELL_MS);
  const onBytes = (count: number): void => {
    bytes += count;
  };
  const options = { jobs: jobs ?? open.jobs, signal, onBytes };
  try {
    switch (question.call) {
      case 'present':
        return await presentIn(open, question.input.folder, question.input.keys, options);
      case 'download': {
        const { objects, temporary, mode } = question.input;
        return await download(open, objects, temporary, mode, options);
      }
      case 'upload':
        return await upload(open, question.input.objects, options);
    }
  } finally {
    clearInterval(timer);
    tell();
  }
}

parentPort!.on('message', async (message: ToRemote) => {
  if ('cancel' in message) {
    running.get(message.cancel)?.abort();
    return;
  }
  const { id } = message;
  const stop = new AbortController();
  running.set(id, stop);
  try {
    say({ id, output: await answer(message, stop.signal) });
  } catch (error) {
    const known = error instanceof AppError ? error : null;
    const text = error instanceof Error ? error.message : String(error);
    say({ id, error: text, code: known?.code ?? null, data: known?.data ?? {} });
  } finally {
    running.delete(id);
  }
});
