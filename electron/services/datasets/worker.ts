import { parentPort } from 'node:worker_threads';
import { AppError } from '../../../shared/errors.ts';
import { hashFiles, placeObjects, storeFiles } from '../lfs/tasks.ts';
import { cacheCost, objectsOf } from './cache-cost.ts';
import { findCandidates } from './candidates.ts';
import { digest, pour } from './large-file.ts';
import type { Answer, Question } from './protocol.ts';
import { scan } from './scan.ts';
import { hashAll, materialise, store, transfer, verify } from './tasks.ts';
import { emptyOldTrash, emptyTrash, moveToTrash, restoreTrash } from './trash.ts';

function answer({ call, input, stop }: Question): unknown {
  switch (call) {
    case 'scan':
      return scan(input, stop);
    case 'hash':
      return hashAll(input, stop);
    case 'store':
      return store(input, stop);
    case 'digest':
      return digest(input, stop);
    case 'pour':
      return pour(input, stop);
    case 'materialise':
      return materialise(input, stop);
    case 'transfer':
      return transfer(input, stop);
    case 'verify':
      return verify(input, stop);
    case 'cacheCost':
      return cacheCost(input, stop);
    case 'objects':
      return objectsOf(input, stop);
    case 'moveToTrash':
      return moveToTrash(input.repo, input.garbage, input.now, stop);
    case 'restoreTrash':
      return restoreTrash(input.repo, input.id);
    case 'emptyTrash':
      return input.id === null ? emptyOldTrash(input.repo, input.now) : emptyTrash(input.repo, input.id);
    case 'candidates':
      return findCandidates(input, stop);
    case 'lfsHash':
      return hashFiles(input, stop);
    case 'lfsStore':
      return storeFiles(input, stop);
    case 'lfsPlace':
      return placeObjects(input, stop);
  }
}

parentPort!.on('message', (question: Question) => {
  let reply: Answer;
  try {
    reply = { id: question.id, output: answer(question) };
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    const known = error instanceof AppError;
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
