/** Keeps the indexes of all open projects up to date, on a thread of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { type Keeping, keepUpToDate } from './keep.ts';
import type { FromWorker, ToWorker } from './messages.ts';

const port = parentPort!;
const { token } = workerData as { token: string };
const projects = new Map<string, Keeping>();
const tell = (message: FromWorker): void => port.postMessage(message);

port.on('message', (message: ToWorker) => {
  if (message.type === 'attach') {
    const { id } = message.project;
    projects.set(id, keepUpToDate(message.project, token, tell));
    return;
  }
  const project = projects.get(message.project);
  if (message.type === 'touch') project?.touch(message.run);
  else if (message.type === 'sync') answer(message.call, project?.sync());
  else {
    projects.delete(message.project);
    answer(message.call, project?.dispose());
  }
});

function answer(call: number, work: Promise<void> | undefined): void {
  Promise.resolve(work).then(
    () => tell({ type: 'done', call }),
    (error: unknown) => {
      const known = error instanceof AppError ? error : new AppError('INTERNAL_SERVER_ERROR', messageOf(error));
      tell({ type: 'failed', call, code: known.code, message: known.message, data: { ...known.data } });
    },
  );
}
