import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../platform/log.ts';
import { makeProject, type TestProject } from '../../testing/make-project.ts';
import { createEvents } from '../events.ts';
import { parseDefinition } from '../projects/definition.ts';
import { createWeb } from '../web/web.ts';
import { EXAMPLES } from './examples.ts';
import { queueFolder } from './queue.ts';
import { nextAttempt } from './retry-plan.ts';
import { acquireSender, releaseSender } from './sender-lock.ts';
import { createNotifications, type NotificationsService } from './service.ts';

let project: TestProject;
let server: Server;
let got: { headers: IncomingMessage['headers']; body: string }[];
let answer: { status: number; headers?: Record<string, string>; body?: string };
let now: number;
let yaml: string;
const secrets = new Map<string, { user: string | null; secret: string }>();
const services: NotificationsService[] = [];

function service(terminal = true): NotificationsService {
  const made = createNotifications({
    projects: {
      ...project.lookup,
      describe: () => ({ name: 'demo' }),
      definition: () => parseDefinition(yaml),
    } as never,
    secrets: {
      get: async (name) => secrets.get(name) ?? null,
      where: async (name) => (secrets.has(name) ? 'file' : 'none'),
      set: async (name, secret) => {
        if (secret) secrets.set(name, secret);
        else secrets.delete(name);
        return secret ? 'file' : 'none';
      },
    },
    web: createWeb(),
    events: createEvents(),
    log: silentLog,
    clock: { now: () => now },
    terminal,
  });
  services.push(made);
  return made;
}
const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/a-secret-path`;
const ready = async (): Promise<NotificationsService> => {
  const made = service();
  await made.setAddress('test', 'ops', { url: address(), key: 'a signing key' });
  return made;
};

beforeEach(async () => {
  project = makeProject();
  got = [];
  now = 1_800_000_000_000;
  answer = { status: 200 };
  yaml = 'notify:\n  ops: {type: webhook}\n  team: {type: slack, on: [push]}\n';
  secrets.clear();
  server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    got.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
    if (answer.status === 0) return request.socket.destroy();
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for (const one of services.splice(0)) await one.dispose();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
  project.dispose();
});

test('a terminal sends at once, to the channels that want it; the address is in no file, list or message', async () => {
  const notifications = await ready();
  await notifications.notify('test', EXAMPLES.request);
  expect(got).toHaveLength(1);
  expect(JSON.parse(got[0]!.body)).toMatchObject({ action: 'review_requested', data: { name: 'example' } });
  expect(got[0]!.headers['x-assay-signature']).toMatch(/^v1,/);
  const [delivery] = notifications.deliveries('test');
  expect(delivery).toMatchObject({ channel: 'ops', event: 'request', state: 'sent', attempts: 1, nextAt: null });
  const { channels } = await notifications.channels('test');
  expect(channels.map(({ name, secret, problem }) => [name, secret, problem === null])).toEqual([
    ['ops', 'file', true],
    ['team', 'none', false],
  ]);
  const files = readdirSync(queueFolder(project.root)).map((name) =>
    readFileSync(join(queueFolder(project.root), name), 'utf8'),
  );
  expect(`${files.join()}${JSON.stringify(channels)}`).not.toContain('a-secret-path');
  expect(existsSync(join(queueFolder(project.root), 'sender.lock'))).toBe(false);
});

test.each([429, 500, 503, 0])(
  '%i may pass: it waits, also through a restart, and is sent later under the same id',
  async (status) => {
    const first = await ready();
    answer = { status, headers: { 'retry-after': '120' } };
    await first.notify('test', EXAMPLES.decision);
    const [waiting] = first.deliveries('test');
    expect(waiting).toMatchObject({ state: 'waiting', attempts: 1 });
    expect(waiting!.nextAt! - now).toBeGreaterThanOrEqual(status === 0 ? 7_000 : 120_000);
    expect(waiting!.error).not.toContain('a-secret-path');
    await first.dispose();
    answer = { status: 204 };
    const second = service();
    await second.flush('test');
    expect(got).toHaveLength(1);
    now = waiting!.nextAt!;
    await second.flush('test');
    expect(second.deliveries('test')[0]).toMatchObject({ id: waiting!.id, state: 'sent', attempts: 2 });
    expect(got.map(({ headers }) => headers['x-assay-delivery-id'])).toEqual([waiting!.id, waiting!.id]);
  },
);

test.each([
  [400, /does not take the message \(400\). It says: “invalid_payload”\./],
  [404, /address is not valid/],
  [410, /address is not valid/],
  [413, /of this size/],
  [302, /elsewhere, which is not followed/],
])('%i is final, and can be sent again by hand', async (status, error) => {
  const notifications = await ready();
  answer = { status, body: 'invalid_payload', headers: { location: '/elsewhere' } };
  await notifications.notify('test', EXAMPLES.push);
  const ops = () => notifications.deliveries('test').find(({ channel }) => channel === 'ops')!;
  expect(ops()).toMatchObject({ state: 'failed', nextAt: null, error: expect.stringMatching(error) });
  expect(got).toHaveLength(1);
  answer = { status: 200 };
  await notifications.retry('test', ops().id);
  expect(ops()).toMatchObject({ state: 'sent', attempts: 2 });
  await expect(notifications.retry('test', ops().id)).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(notifications.retry('test', '../../x')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a channel without an address, or that is gone, fails in words and stops nobody', async () => {
  const notifications = service();
  await notifications.notify('test', EXAMPLES.push);
  expect(
    notifications.deliveries('test').map(({ state, error }) => [state, error?.includes('assay notify login')]),
  ).toEqual([
    ['failed', true],
    ['failed', true],
  ]);
  yaml = 'notify: [1]\n';
  await notifications.notify('test', EXAMPLES.push);
  expect((await notifications.channels('test')).problem).toContain('assay.yaml, line');
  expect(() => notifications.preview('test', 'nobody', 'push')).toThrow();
});

test('pauses grow to an hour, what the receiver asks for is kept, and after a day it is given up', () => {
  const at = (attempts: number, later = 0, asked: number | null = null) =>
    nextAttempt({ attempts, since: 0, now: later }, asked, 1);
  expect([at(1), at(2), at(3), at(20)]).toEqual([10_000, 20_000, 40_000, 3_600_000]);
  expect(at(1, 0, 50_000)).toBe(50_000);
  expect(at(5, 86_400_000)).toBeNull();
});

test('one sender at a time: a living one is left alone, the lock of a dead one is taken over', async () => {
  const notifications = await ready();
  expect(acquireSender(project.root, 'other')).toBe(true);
  await notifications.notify('test', EXAMPLES.request);
  expect(got).toEqual([]);
  expect(notifications.deliveries('test')[0]).toMatchObject({ state: 'waiting', attempts: 0 });
  releaseSender(project.root, 'other');
  writeFileSync(
    join(queueFolder(project.root), 'sender.lock'),
    JSON.stringify({ pid: process.pid, startTime: '1', token: 'dead' }),
  );
  await Promise.all([notifications.flush('test'), service().flush('test')]);
  expect(got).toHaveLength(1);
});

test('half a file, other files and a hostile one in the queue are passed over', async () => {
  const notifications = await ready();
  await notifications.notify('test', EXAMPLES.request);
  writeFileSync(join(queueFolder(project.root), `${'a'.repeat(32)}.json`), '{"id":');
  writeFileSync(
    join(queueFolder(project.root), `${'b'.repeat(32)}.json`),
    JSON.stringify({ id: 'c'.repeat(32), state: 'waiting' }),
  );
  writeFileSync(join(queueFolder(project.root), 'notes.txt'), 'mine');
  await notifications.flush('test');
  expect(notifications.deliveries('test')).toHaveLength(1);
});

test('addresses: no plain http to the internet, no credentials in them, a key for webhooks only', async () => {
  const notifications = service();
  const set = (name: string, url: string, key: string | null = null) =>
    notifications.setAddress('test', name, { url, key });
  await expect(set('ops', 'http://hooks.example.com/x')).rejects.toThrow('use https');
  await expect(set('ops', 'https://ada:secret@hooks.example.com/x')).rejects.toThrow('user or password');
  await expect(set('ops', 'ftp://x/y')).rejects.toThrow('no web address');
  await expect(set('team', 'https://hooks.slack.com/services/x', 'key')).rejects.toThrow('takes no key');
  await expect(set('nobody', 'https://x/y')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  for (const near of ['http://127.0.0.1:8/x', 'http://192.168.1.4/x', 'http://[::1]/x', 'http://jenkins/x'])
    expect(await set('ops', near)).toBe('file');
  expect(await notifications.setAddress('test', 'ops', null)).toBe('none');
});

test('the test button sends an example, and says in words when it is not taken', async () => {
  const notifications = await ready();
  expect(await notifications.test('test', 'ops')).toMatchObject({ ok: true });
  answer = { status: 403, body: `no access to ${address()}` };
  const refused = await notifications.test('test', 'ops');
  expect(refused.ok).toBe(false);
  expect(refused.message).not.toContain('a-secret-path');
  expect(notifications.deliveries('test')).toEqual([]);
  expect(JSON.parse(notifications.preview('test', 'team', 'push'))).toHaveProperty('blocks');
});
