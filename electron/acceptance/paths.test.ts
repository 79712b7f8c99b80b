import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { newRunId } from '../../shared/ids.ts';
import { type Opened, startNode, type World, worlds } from './world.ts';

const world = worlds();
const SECRET = 'the-secret-of-the-person';
let made: World;
let host: Opened;
let run: string;

beforeEach(async () => {
  made = world();
  writeFileSync(join(made.folder, 'secret.csv'), `${SECRET}\n1\n`);
  run = newRunId();
  const artifacts = made.run(run, 'artifacts');
  mkdirSync(artifacts, { recursive: true });
  const identity = { version: 1, id: run, name: 'a', experiment: 'e', source: 'sdk', createdAt: 1, startedAt: 1 };
  writeFileSync(made.run(run, 'run.json'), JSON.stringify({ ...identity, cwd: '../..' }));
  writeFileSync(made.run(run, 'exit.json'), JSON.stringify({ code: 0, endedAt: 2 }));
  writeFileSync(join(artifacts, 'good.csv'), 'x\n1\n');
  // what a repository may bring along
  const secret = join(made.folder, 'secret.csv');
  symlinkSync(secret, join(artifacts, 'link.csv'));
  symlinkSync(made.folder, join(artifacts, 'folder'));
  symlinkSync(made.folder, join(made.root, 'out'));
  for (const name of ['stdout.log', 'patch.diff', 'packages.txt']) symlinkSync(secret, made.run(run, name));
  const other = newRunId();
  symlinkSync(made.folder, made.run(other));
  host = await made.host();
});

const OUT = [
  '../../../../../secret.csv',
  'x/../../../../../../secret.csv',
  '..\\..\\secret.csv',
  'link.csv',
  'folder/secret.csv',
  './folder/../../../../../../secret.csv',
  '/etc/passwd',
  'good.csv\0.png',
  '%2e%2e/%2e%2e/secret.csv',
  '.',
  '..',
];

/** Either refused with a sentence, or without a word of the secret. */
async function keeps(what: string, work: Promise<unknown>): Promise<void> {
  const text = await work.then(
    async (value) => {
      const { bytes } = value as { bytes?: Blob };
      return bytes ? bytes.text() : JSON.stringify(value);
    },
    (error: { code?: string; message: string }) => {
      expect(['BAD_REQUEST', 'NOT_FOUND', 'FORBIDDEN'], `${what}: ${error.message}`).toContain(error.code);
      return error.message;
    },
  );
  expect(text, what).not.toContain(SECRET);
}

test('no procedure that takes a path gives away what lies outside', async () => {
  const { client, project } = host;
  expect(await (await client.runs.artifact({ project, run, path: 'good.csv' })).bytes.text()).toBe('x\n1\n');
  for (const path of OUT) {
    await expect(client.runs.artifact({ project, run, path }), path).rejects.toMatchObject({
      code: /BAD_REQUEST|NOT_FOUND/,
    });
    await expect(client.runs.artifactTable({ project, run, path }), path).rejects.toMatchObject({
      code: /BAD_REQUEST|NOT_FOUND/,
    });
  }
  for (const cwd of ['..', '../..', 'out', '/', '/etc', 'x/../..', 'a\0b', 'nowhere']) {
    await expect(startNode(host, ['-v'], { cwd }), cwd).rejects.toMatchObject({
      code: cwd === 'nowhere' ? 'NOT_FOUND' : 'BAD_REQUEST',
      message: expect.stringMatching(/leads outside|There is no/),
    });
  }
  for (const stream of ['stdout', '../secret.csv', '../../../../secret.csv'] as const)
    await keeps(stream, client.runs.log({ project, run, stream: stream as 'stdout', offset: 0, limit: 1000 }));
  await keeps('searchLog', client.runs.searchLog({ project, run, stream: 'stdout', text: 'secret' }));
  await keeps('patch', client.runs.patch({ project, run }));
  await keeps('packages', client.runs.packages({ project, run }));
  await keeps('request', client.runs.request({ project, run }));
  for (const id of ['../../..', '..', `${run}/..`, run.toUpperCase(), 'secret.csv']) {
    for (const work of [
      client.runs.get({ project, run: id }),
      client.runs.artifact({ project, run: id, path: 'secret.csv' }),
      client.runs.log({ project, run: id, stream: 'stdout', offset: 0, limit: 10 }),
      client.runs.purge({ project, runs: [id] }),
      client.queue.remove({ project, run: id }),
    ])
      await expect(work, id).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(client.runs.get({ project: id, run }), id).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  for (const name of ['../../secret', 'a/b', '..', 'views.json'])
    await expect(client.settings.view({ project, name }), name).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('opening and browsing say what is wrong with a path, and show folders only', async () => {
  const { client } = host;
  for (const path of [join(made.folder, 'nowhere'), `${made.folder}\0x`, '\0'])
    for (const work of [client.projects.open({ path }), client.projects.browse({ path })])
      await expect(work, path).rejects.toMatchObject({
        code: /NOT_FOUND|BAD_REQUEST/,
        message: expect.stringMatching(/folder/),
      });
  const file = join(made.folder, 'secret.csv');
  await expect(client.projects.open({ path: file })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  const listing = await client.projects.browse({ path: made.folder });
  expect(listing.entries.map((entry) => entry.name)).toEqual(['home', 'project']);
});

/** Asks with the path as it stands here: `fetch` would tidy the dots away. */
const ask = (path: string, headers: Record<string, string> = { cookie: host.cookie }) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const { hostname, port } = new URL(host.origin);
    const one = request({ hostname, port, path, headers }, (answer) => {
      let body = '';
      answer.on('data', (piece) => {
        body += piece;
      });
      answer.on('end', () => resolve({ status: answer.statusCode!, body }));
    });
    one.on('error', reject);
    one.end();
  });

test('no address of the server leads outside, and none answers a stranger', async () => {
  const good = `/raw/${host.project}/${run}/good.csv`;
  expect(await ask(good)).toMatchObject({ status: 200, body: 'x\n1\n' });
  const ways = OUT.filter((way) => !way.includes('\0')).flatMap((way) => [
    way,
    encodeURIComponent(way),
    way.replaceAll('.', '%2e'),
    way.replaceAll('/', '%2f'),
  ]);
  for (const way of [...ways, 'good.csv%00', 'link.csv?download']) {
    for (const address of [
      `/raw/${host.project}/${run}/${way}`,
      `/raw/${host.project}/${way}`,
      `/raw/${way}`,
      `/${way}`,
      `/assets/${way}`,
    ]) {
      const { body, status } = await ask(address.replaceAll(' ', '%20'));
      expect(body, address).not.toContain(SECRET);
      expect(body, address).not.toContain('root:');
      expect(status, address).not.toBe(500);
    }
  }
  for (const address of [good, '/', '/p/x/runs', '/assets/x.js', '/ws']) {
    expect((await ask(address, {})).status, address).toBe(401);
    expect((await ask(address, { cookie: `${host.cookie}x` })).status, address).toBe(401);
    expect((await ask(address, { cookie: host.cookie, host: 'evil.example' })).status, address).toBe(403);
  }
});

test('the socket opens for our own page with its cookie only', async () => {
  const { origin, cookie } = host;
  const connect = (headers: Record<string, string>): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`, { headers });
      socket.on('open', () => resolve('open'));
      socket.on('error', (error) => resolve(error.message));
    });
  expect(await connect({ origin })).toContain('401');
  expect(await connect({ origin, cookie: 'assay-00000000=guess' })).toContain('401');
  expect(await connect({ origin: 'http://evil.example', cookie })).toContain('403');
  expect(await connect({ origin: 'null', cookie })).toContain('403');
  expect(await connect({ cookie })).toContain('403');
  expect(await connect({ origin, cookie, host: 'evil.example' })).toContain('403');
  expect(await connect({ origin, cookie })).toBe('open');
});
