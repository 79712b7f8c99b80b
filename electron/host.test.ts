import { EventEmitter } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Contract } from '../shared/contract/index.ts';
import type { FromHost, PortToMain, PortToWindow, ToHost } from '../shared/platform.ts';
import { runHost } from './host.ts';
import { makePlace, type Place, smallServices } from './http/testing.ts';
import { silentLog } from './platform/log.ts';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.dispose());

/** Main's side: says things to a host and hears what it says. */
function start() {
  const toHost = new EventEmitter();
  const heard: FromHost[] = [];
  const arrived = new EventEmitter();
  let disposed = 0;
  const exited = new Promise<void>((exit) => {
    const services = {
      ...smallServices(place.artifacts, { 'a.png': 'image/png' }),
      dispose: async () => void disposed++,
    };
    const main: PortToMain = {
      on: (name, listener) => toHost.on(name, listener),
      postMessage: (message) => {
        heard.push(message as FromHost);
        arrived.emit('message');
      },
    };
    runHost(main, services, silentLog, exit);
  });
  const say = (data: ToHost, ports: PortToWindow[] = []): void => void toHost.emit('message', { data, ports });
  const next = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (heard.length < count) return;
        arrived.off('message', look);
        resolve();
      };
      arrived.on('message', look);
      look();
    });
  return { say, heard, next, exited, disposed: () => disposed };
}

/** A window's end as a client, and the host's end with the events of Electron's MessagePortMain. */
function window(): { client: ContractRouterClient<Contract>; port: PortToWindow; close: () => void } {
  const { port1, port2 } = new MessageChannel();
  const port: PortToWindow = {
    on: (name: string, listener: (event: { data: unknown }) => void) =>
      port1.on(name as 'message', (data) => listener({ data })),
    postMessage: (message) => port1.postMessage(message),
    start: () => port1.start(),
  };
  const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ port: port2 as never }));
  port2.start();
  return { client, port, close: () => port2.close() };
}

it('says that it is ready, and answers every window through its own port', async () => {
  const host = start();
  expect(host.heard).toEqual([{ type: 'ready' }]);
  const windows = [window(), window()];
  for (const { client, port, close } of windows) {
    host.say({ type: 'connect' }, [port]);
    expect(await client.system.info()).toMatchObject({ platform: 'test' });
    const events = await client.system.events();
    expect((await events.next()).value).toMatchObject({ topic: 'settings' });
    close();
  }
});

it('tells where an artifact is, or in a sentence why not', async () => {
  const host = start();
  writeFileSync(join(place.artifacts, 'a.png'), 'abc');
  host.say({ type: 'artifact', id: 1, address: { kind: 'run', project: 'p', run: 'r', path: 'a.png' } });
  host.say({ type: 'artifact', id: 2, address: { kind: 'run', project: 'p', run: 'r', path: '../secret.txt' } });
  host.say({ type: 'artifact', id: 3, address: { kind: 'run', project: 'p', run: 'none', path: 'a.png' } });
  await host.next(4);
  const answers = Object.fromEntries(host.heard.flatMap((one) => (one.type === 'artifact' ? [[one.id, one]] : [])));
  expect(answers[1]).toMatchObject({ found: { mediaType: 'image/png', size: 3 }, status: 200 });
  expect(answers[2]).toMatchObject({ found: null, status: 400 });
  expect(answers[3]).toMatchObject({ found: null, status: 404, message: 'There is no such run.' });
});

it('puts its services away before it ends', async () => {
  const host = start();
  host.say({ type: 'shutdown' });
  await host.exited;
  expect(host.disposed()).toBe(1);
});
