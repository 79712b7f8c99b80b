import type { Worker } from 'node:worker_threads';
import { AppError, ERROR_STATUS, type ErrorCode } from '../../../shared/errors.ts';
import { writeError } from '../../platform/files.ts';
import { startWorker } from '../../platform/worker.ts';
import type { Answer, DataCall, DataCalls } from './protocol.ts';

const WORKERS = 2;

export type Pool = ReturnType<typeof createPool>;

type Waiting = { resolve: (output: unknown) => void; reject: (error: Error) => void };
type Slot = { worker: Worker; waiting: Map<number, Waiting> };

/** Two threads that read, hash and copy. They start with the first question. */
export function createPool() {
  const slots: Slot[] = [];
  let nextId = 1;

  const start = (): Slot => {
    const worker = startWorker(new URL('./worker.ts', import.meta.url));
    worker.unref();
    const slot: Slot = { worker, waiting: new Map() };
    worker.on('message', (answer: Answer) => {
      const one = slot.waiting.get(answer.id);
      slot.waiting.delete(answer.id);
      if (slot.waiting.size === 0) worker.unref();
      if ('error' in answer) one?.reject(errorOf(answer));
      else one?.resolve(answer.output);
    });
    worker.on('error', (error) => {
      slots.splice(slots.indexOf(slot), 1);
      for (const one of slot.waiting.values()) one.reject(error);
    });
    slots.push(slot);
    return slot;
  };

  /** The least busy thread; a second one only when the first has something to do. */
  const pick = (): Slot => {
    const idle = slots.find((slot) => slot.waiting.size === 0);
    if (idle) return idle;
    if (slots.length < WORKERS) return start();
    return slots.reduce((a, b) => (b.waiting.size < a.waiting.size ? b : a));
  };

  const askOf = <K extends DataCall>(
    { worker, waiting }: Slot,
    call: K,
    input: DataCalls[K]['input'],
    stop: Int32Array,
  ): Promise<DataCalls[K]['output']> =>
    new Promise((resolve, reject) => {
      const id = nextId++;
      waiting.set(id, { resolve: resolve as (output: unknown) => void, reject });
      worker.ref();
      worker.postMessage({ id, call, input, stop });
    });

  const ask = <K extends DataCall>(
    call: K,
    input: DataCalls[K]['input'],
    stop: Int32Array,
  ): Promise<DataCalls[K]['output']> => askOf(pick(), call, input, stop);

  return {
    ask,
    /**
     * Asks two threads at once for what they do together. The first is always the same one, so that two such pairs wait for each other in
     * order instead of for ever. Ends when both have ended, with the first one's error if it has one.
     */
    async both<A extends DataCall, B extends DataCall>(
      first: readonly [A, DataCalls[A]['input']],
      second: readonly [B, DataCalls[B]['input']],
      stop: Int32Array,
    ): Promise<[DataCalls[A]['output'], DataCalls[B]['output']]> {
      while (slots.length < WORKERS) start();
      const [a, b] = await Promise.allSettled([
        askOf(slots[0]!, first[0], first[1], stop),
        askOf(slots[1]!, second[0], second[1], stop),
      ]);
      if (a.status === 'rejected') throw a.reason;
      if (b.status === 'rejected') throw b.reason;
      return [a.value, b.value];
    },
    /**
     * Asks in portions, two at a time; `each` gets the answers in any order. Ends at the first error, after those on their way have ended.
     */
    async inPortions<T, K extends DataCall>(
      call: K,
      portions: readonly T[],
      input: (portion: T) => DataCalls[K]['input'],
      stop: Int32Array,
      each: (output: DataCalls[K]['output'], portion: T) => void,
    ): Promise<void> {
      let next = 0;
      const work = async (): Promise<void> => {
        while (next < portions.length) {
          const portion = portions[next++]!;
          each(await ask(call, input(portion), stop), portion);
        }
      };
      const ended = await Promise.allSettled(
        Array.from({ length: WORKERS }, () =>
          work().catch((error) => {
            next = portions.length;
            throw error;
          }),
        ),
      );
      const failed = ended.find((one) => one.status === 'rejected');
      if (failed) throw failed.reason;
    },
    async dispose(): Promise<void> {
      await Promise.all(slots.splice(0).map((slot) => slot.worker.terminate()));
    },
  };
}

function errorOf(answer: Extract<Answer, { error: string }>): Error {
  if (answer.code !== null && answer.code in ERROR_STATUS) return new AppError(answer.code as ErrorCode, answer.error);
  if (answer.errno === 'ENOENT' || answer.errno === 'EACCES')
    return new AppError(
      'UNAVAILABLE',
      `${answer.path} cannot be read (${answer.errno}). It may just have been moved; try again.`,
    );
  if (answer.errno !== null)
    return writeError(answer.path ?? 'the data', Object.assign(new Error(answer.error), { code: answer.errno }));
  return new Error(answer.error);
}

/** Cuts a list into portions of at most so many, or so many bytes. */
export function portionsOf(
  count: number,
  sizeOf: (i: number) => number,
  maxCount = 500,
  maxBytes = 64_000_000,
): [from: number, to: number][] {
  const portions: [number, number][] = [];
  let from = 0;
  let bytes = 0;
  for (let i = 0; i < count; i++) {
    bytes += sizeOf(i);
    if (i + 1 - from >= maxCount || bytes >= maxBytes || i === count - 1) {
      portions.push([from, i + 1]);
      from = i + 1;
      bytes = 0;
    }
  }
  return portions;
}
