import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { call } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { contract } from '../../../shared/contract/index.ts';
import { AppError } from '../../../shared/errors.ts';
import { customJsonSerializers } from '../../../shared/rpc-serializers.ts';
import { silentLog } from '../../platform/log.ts';
import { insertRun } from '../../testing/insert-run.ts';
import { makeProject, type TestProject } from '../../testing/make-project.ts';
import { createEvents } from '../events.ts';
import { type Launch, runsHandlers } from './handlers.ts';
import { createRuns } from './service.ts';

let project: TestProject;
beforeEach(() => {
  project = makeProject();
});
const unused = (): never => {
  throw new AppError('INTERNAL_SERVER_ERROR', 'Not called here.');
};

function handlers(launch: Partial<Launch> = {}) {
  const runs = createRuns({
    projects: project.lookup,
    ingest: { touch() {}, sync: () => Promise.resolve() },
    events: createEvents(),
    log: silentLog,
    clock: { now: () => 1 },
  });
  return runsHandlers(runs, { start: unused, stop: unused, request: unused, ...launch });
}
afterEach(() => project.dispose());

test('the contract lets through what a run really is, NaN and infinities included', async () => {
  const run = insertRun(project.db, {
    metrics: { bad: Number.NaN, big: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1] },
    params: { nested: [{ a: null }] },
  });
  const os = handlers({
    start: async ({ project: id, request }) => ({
      run: id === 'test' && request.queue === false ? run : '',
      status: 'running',
    }),
  });
  const page = await call(os.list, { project: 'test' });
  expect(page.rows[0]!.metrics).toEqual({
    bad: { last: Number.NaN, min: Number.NaN, max: Number.NaN, step: 2, count: 3 },
    big: { last: Number.POSITIVE_INFINITY, min: Number.NEGATIVE_INFINITY, max: 1, step: 2, count: 3 },
  });
  expect((await call(os.get, { project: 'test', run })).params).toEqual({ nested: [{ a: null }] });
  expect(await call(os.columns, { project: 'test' })).toMatchObject({
    metrics: [
      { key: 'bad', runs: 1 },
      { key: 'big', runs: 1 },
    ],
  });
  expect(await call(os.start, { project: 'test', request: { command: ['python'] } })).toEqual({
    run,
    status: 'running',
  });
  await expect(call(os.get, { project: 'test', run: '../x' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(call(os.list, { project: 'test', filter: 'lr=1' })).rejects.toThrow(/There is no field "lr"/);
});

test('a run arrives whole on the other side of a port', async () => {
  const run = insertRun(project.db, {
    metrics: { bad: Number.NaN, big: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1] },
    params: { 'a/b "c"': 1 },
  });
  const { port1, port2 } = new MessageChannel();
  new RPCHandler(handlers(), { customJsonSerializers }).upgrade(port1 as never);
  const client: ContractRouterClient<(typeof contract)['runs']> = createORPCClient(
    new RPCLink({ port: port2 as never, customJsonSerializers }),
  );
  port1.start();
  port2.start();
  const detail = await client.get({ project: 'test', run });
  expect(detail.metrics).toMatchObject({
    bad: { last: Number.NaN },
    big: { last: Number.POSITIVE_INFINITY, min: Number.NEGATIVE_INFINITY, max: 1 },
  });
  expect(detail.params).toEqual({ 'a/b "c"': 1 });
  port1.close();
});
