import { expect, test, vi } from 'vitest';
import { inTurn } from './in-turn.ts';

vi.mock('../../../lib/client.ts', () => ({ api: {} }));
vi.mock('../../../lib/query.ts', () => ({ queryClient: {} }));
const quiet = async (): Promise<void> => {};

test('one thing is asked after another, a failure stops nothing, and what was given up is not asked', async () => {
  const order: string[] = [];
  const { signal } = new AbortController();
  const first = Promise.withResolvers<void>();
  const gone = new AbortController();
  const asks = [
    inTurn(
      async () => {
        order.push('first');
        await first.promise;
        throw new Error('no');
      },
      signal,
      quiet,
    ),
    inTurn(async () => order.push('given up'), gone.signal, quiet),
    inTurn(async () => order.push('last'), signal, quiet),
  ];
  const results = Promise.allSettled(asks);
  await vi.waitFor(() => expect(order).toEqual(['first']));
  gone.abort();
  first.resolve();
  expect((await results).map((one) => one.status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  expect(order).toEqual(['first', 'last']);
});
