import { os } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

type Connection = typeof import('./connection.ts');
type Client = typeof import('./client.ts');

let connection: Connection;
let client: Client['client'];
let page: EventTarget & { assay?: unknown };
let asked: number;
let ports: MessagePort[];

/** A host that answers one question, behind a new channel; hands the page its end as the preload does. */
function handOver(version: string): void {
  const { port1, port2 } = new MessageChannel();
  const info = os.handler(() => ({ version }));
  new RPCHandler({ system: { info } }).upgrade(port1);
  port1.start();
  ports.push(port1, port2);
  post({ type: 'assay-port' }, [port2]);
}

function post(data: unknown, transferred: MessagePort[] = [], source: unknown = page): void {
  page.dispatchEvent(Object.assign(new Event('message'), { source, data, ports: transferred }));
}

beforeEach(async () => {
  vi.resetModules();
  asked = 0;
  ports = [];
  page = new EventTarget();
  page.assay = { mode: 'desktop', connect: () => asked++ };
  vi.stubGlobal('window', page);
  connection = await import('./connection.ts');
  ({ client } = await import('./client.ts'));
});
afterEach(() => {
  for (const port of ports) port.close();
  vi.unstubAllGlobals();
});

test('the page asks for a port, and calls wait until it is there', async () => {
  connection.connect();
  expect(asked).toBe(1);
  expect(connection.connection.state).toBe('connecting');
  const answer = client.system.info();
  handOver('1');
  await expect(answer).resolves.toEqual({ version: '1' });
  expect(connection.connection.state).toBe('open');
});

test('after a crash of the host calls wait for the next port', async () => {
  connection.connect();
  handOver('1');
  post({ type: 'assay-host-gone', restartInMs: 500 });
  expect(connection.connection.state).toBe('reconnecting');
  const answer = client.system.info();
  handOver('2');
  await expect(answer).resolves.toEqual({ version: '2' });
  expect(connection.connection.generation).toBe(2);
});

test('a port from another window is not taken', () => {
  connection.connect();
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  post({ type: 'assay-port' }, [port2], {});
  expect(connection.connection.state).toBe('connecting');
});
