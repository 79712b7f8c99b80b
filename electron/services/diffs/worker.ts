import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../../shared/errors.ts';
import { diffTexts, type TextsTask } from './texts.ts';

try {
  parentPort!.postMessage({ output: await diffTexts(workerData as TextsTask) });
} catch (error) {
  parentPort!.postMessage({ error: messageOf(error) });
}
