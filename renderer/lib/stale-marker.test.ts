import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMarker } from './stale-marker.ts';

const KEY = [['runs', 'list'], { type: 'query', input: { project: 'p' } }];
const EVENT = { topic: 'runs' as const, project: 'p', ids: [] };
const paint = (flush: () => void): void => flush();

let queries: QueryClient;
let answers: ((value: number) => void)[];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  queries = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  answers = [];
  const observer = new QueryObserver(queries, {
    queryKey: KEY,
    queryFn: () => new Promise<number>((resolve) => answers.push(resolve)),
  });
  stop = observer.subscribe(() => {});
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

async function answer(nth: number): Promise<void> {
  answers[nth]?.(nth);
  await vi.advanceTimersByTimeAsync(0);
}

test('many events make one fetch', async () => {
  const mark = createMarker(queries, 'now', 100, paint);
  await answer(0);
  for (let i = 0; i < 50; i++) mark(EVENT);
  await vi.advanceTimersByTimeAsync(100);
  expect(answers).toHaveLength(2);
  await answer(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(answers).toHaveLength(2);
});

test('a change during a fetch neither cancels it nor is forgotten', async () => {
  const mark = createMarker(queries, 'now', 100, paint);
  mark(EVENT);
  await vi.advanceTimersByTimeAsync(350);
  expect(answers).toHaveLength(1);
  await answer(0);
  expect(queries.getQueryData(KEY)).toBe(0);
  await vi.advanceTimersByTimeAsync(100);
  expect(answers).toHaveLength(2);
});

test('another project’s event fetches nothing', async () => {
  const mark = createMarker(queries, 'now', 100, paint);
  await answer(0);
  mark({ ...EVENT, project: 'q' });
  await vi.advanceTimersByTimeAsync(200);
  expect(answers).toHaveLength(1);
});
