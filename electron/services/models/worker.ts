import { parentPort } from 'node:worker_threads';
import { AppError } from '../../../shared/errors.ts';
import { hashFiles, layFiles, parseFiles, storeFiles } from './tasks.ts';
import type { Answer, Question } from './threads.ts';

const REPORT_MS = 50;

function answer({ id, call, input, stop }: Question): unknown {
  let bytes = 0;
  let last = performance.now();
  const report = (count: number): void => {
    bytes += count;
    const now = performance.now();
    if (now - last < REPORT_MS) return;
    parentPort!.postMessage({ id, bytes } satisfies Answer);
    [bytes, last] = [0, now];
  };
  switch (call) {
    case 'store':
      return storeFiles(input, stop, report);
    case 'hash':
      return hashFiles(input, stop, report);
    case 'lay':
      return layFiles(input, stop, report);
    case 'parse':
      return parseFiles(input, stop);
  }
}

parentPort!.on('message', (question: Question) => {
  let reply: Answer;
  try {
    reply = { id: question.id, output: answer(question) };
  } catch (error) {
    const known = error instanceof AppError;
    const { code, path } = error as NodeJS.ErrnoException;
    reply = {
      id: question.id,
      error: error instanceof Error ? error.message : String(error),
      code: known ? error.code : null,
      errno: known ? null : (code ?? null),
      path: path ?? null,
    };
  }
  parentPort!.postMessage(reply);
});
