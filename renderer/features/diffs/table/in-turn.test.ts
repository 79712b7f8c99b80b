import { expect, test } from 'vitest';
import { inTurn } from './in-turn.ts';

test('one thing is asked after another, a failure stops nothing, and what was given up is not asked', async () => {
  const order: string[] = [];
  const { signal } = new AbortController();
  const first = Promise.withResolvers<void>();
  const gone = new AbortController();
  const asks = [
    inTurn(async () => {
      order.push('first');
      await first.promise;
      throw new Error('no');
    }, signal),
    inTurn(async () => order.push('given up'), gone.signal),
    inTurn(async () => order.push('last'), signal),
  ];
  const results = Promise.allSettled(asks);
  await Promise.resolve();
  expect(order).toEqual(['first']);
  gone.abort();
  first.resolve();
  expect((await results).map((one) => one.status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  expect(order).toEqual(['first', 'last']);
});
