import { randomUUID } from 'node:crypto';
import type { Worker } from 'node:worker_threads';
import { AppError, messageOf } from '../../../shared/errors.ts';
import type { Log } from '../../platform/log.ts';
import { startWorker } from '../../platform/worker.ts';
import type { Events } from '../events.ts';
import type { Attachment, IndexKeeper } from '../projects/service.ts';
import type { Attached, FromWorker, ToWorker } from './messages.ts';

type Call = { resolve(): void; reject(error: AppError): void };
type Open = { project: Attached; onReplaced: () => void };

const RESTART_MS = 1000;

/**
 * Keeps the indexes of open projects up to date all the time, in one worker thread for all of them, which starts with the first project
 * and ends with the last.
 */
export function createIngest({ events, log }: { events: Events; log: Log }): IndexKeeper {
  // one token for all workers of this host, so that a worker that had to be restarted still owns the locks
  const token = randomUUID();
  const open = new Map<string, Open>();
  const calls = new Map<number, Call>();
  let worker: Worker | null = null;
  let lastCall = 0;

  const hear = (message: FromWorker): void => {
    switch (message.type) {
      case 'changed':
        events.changed(message.topic, message.project, message.ids);
        break;
      case 'replaced':
        open.get(message.project)?.onReplaced();
        break;
      case 'warn':
        log.warn(message.message, message.data);
        break;
      case 'done':
        calls.get(message.call)?.resolve();
        calls.delete(message.call);
        break;
      case 'failed':
        calls.get(message.call)?.reject(new AppError(message.code, message.message, message.data));
        calls.delete(message.call);
        break;
    }
  };

  const failCalls = (): void => {
    const error = new AppError('UNAVAILABLE', 'The reader of the runs stopped and is being restarted. Try again.');
    for (const call of calls.values()) call.reject(error);
    calls.clear();
  };

  const start = (): Worker => {
    const started = startWorker(new URL('./worker.ts', import.meta.url), {
      workerData: { token },
      // flags that are meant for the main thread may stop a worker from starting
      execArgv: [],
    });
    started.on('message', hear);
    started.on('error', (error) => log.error('the ingest worker failed', { error: messageOf(error) }));
    started.on('exit', () => {
      if (worker !== started) return;
      worker = null;
      failCalls();
      setTimeout(() => {
        if (worker || open.size === 0) return;
        worker = start();
        for (const { project } of open.values()) tell({ type: 'attach', project });
      }, RESTART_MS).unref();
    });
    return started;
  };

  const tell = (message: ToWorker): void => worker?.postMessage(message);

  const ask = (type: 'sync' | 'detach', project: string): Promise<void> =>
    new Promise((resolve, reject) => {
      if (!worker) return reject(new AppError('UNAVAILABLE', 'The reader of the runs is being restarted. Try again.'));
      const call = ++lastCall;
      calls.set(call, { resolve, reject });
      tell({ type, project, call });
    });

  const detach = async (id: string): Promise<void> => {
    open.delete(id);
    await ask('detach', id).catch((error) => log.warn('a project was not closed cleanly', { error: messageOf(error) }));
    // others that close at the same time still wait for their answer; the last one ends the thread
    if (open.size > 0 || calls.size > 0 || !worker) return;
    const idle = worker;
    worker = null;
    await idle.terminate();
  };

  return {
    attach(project, onReplaced): Attachment {
      const { id } = project;
      open.set(id, { project, onReplaced });
      worker ??= start();
      tell({ type: 'attach', project });
      return {
        sync: () => ask('sync', id),
        touch: (run) => tell({ type: 'touch', project: id, run }),
        dispose: () => detach(id),
      };
    },
  };
}
