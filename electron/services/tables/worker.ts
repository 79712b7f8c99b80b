import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../../shared/errors.ts';
import type { ArrowCopy, ArrowTask } from './arrow.ts';
import { type Condensed, type CondenseTask, condense } from './csv-condense.ts';
import { scanText, type TextScan } from './csv-scan.ts';
import type { DataFile } from './side.ts';
import { type Transcoded, type TranscodeTask, transcode } from './transcode.ts';

/** What this thread can do, by name. */
export type TableTasks = {
  arrow: { input: ArrowTask; output: ArrowCopy };
  condense: { input: CondenseTask; output: Condensed };
  transcode: { input: TranscodeTask; output: Transcoded };
  scan: { input: { source: DataFile; delimiter: string | null }; output: TextScan };
};

export type TableTask<K extends keyof TableTasks = keyof TableTasks> = {
  task: K;
  input: TableTasks[K]['input'];
  stop: Int32Array;
};

const { task, input, stop } = workerData as TableTask;
const checkStop = (): void => {
  if (Atomics.load(stop, 0) !== 0) throw new Error('stopped');
};

async function work(): Promise<unknown> {
  if (task === 'scan') {
    const { source, delimiter } = input as TableTasks['scan']['input'];
    return scanText(source, delimiter, checkStop);
  }
  if (task === 'transcode') return transcode(input as TranscodeTask, checkStop);
  if (task === 'condense') return condense(input as CondenseTask, checkStop);
  const { arrowToParquet } = await import('./arrow.ts');
  return arrowToParquet(input as ArrowTask, checkStop, stopping.signal);
}

// a long loop ends by the shared number, a long statement by its signal; what only reads and writes files may end anywhere
const stopping = new AbortController();
parentPort!.on('message', () => {
  stopping.abort();
  if (task !== 'arrow') process.exit();
});
try {
  parentPort!.postMessage({ output: await work() });
} catch (error) {
  parentPort!.postMessage({ error: messageOf(error) });
}
parentPort!.close();
