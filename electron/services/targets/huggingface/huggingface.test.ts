import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HUB_TOKEN, type HubServer, startHubServer } from '../../../testing/hub-server.ts';
import { makePushWorld, type PushWorld } from '../../../testing/make-push-world.ts';

let world: PushWorld;
let hub: HubServer;
const ASK = { project: 'test', name: 'churn', version: '1.0.0', target: 'hub' } as const;
const push = () => world.targets.push(ASK, world.work());
const repo = () => hub.repos.get('ada/churn')!;
const asked = (what: RegExp): number => hub.asked.filter((one) => what.test(one.what)).length;
const large = randomBytes(3_000_000);

beforeEach(async () => {
  hub = await startHubServer();
  world = makePushWorld();
  world.declare(`targets:\n  hub: {type: huggingface, url: '${hub.url}', private: true}\n`);
  await world.targets.setSecret('test', 'hub', null, HUB_TOKEN);
  await world.register(
    'churn',
    '1.0.0',
    { 'model.pkl': 'weights', 'big.bin': large, 'conf.json': '{}', empty: '' },
    { 'rows.csv': 'a\n' },
  );
  await world.registry.setPointer('test', 'churn', 'champion', '1.0.0');
});
afterEach(async () => {
  await world.dispose();
  await hub.close();
});

test('a version is a commit with a tag, its card is the README, and every byte is read back', async () => {
  const { receipts } = await push();
  expect(receipts[0]).toMatchObject({
    kind: 'huggingface',
    ref: 'ada/churn@1.0.0',
    verified: true,
    aliases: ['champion'],
  });
  const commit = repo().commits.at(-1)!;
  expect(receipts[0]!.digest).toBe(commit.id);
  expect([...commit.files.keys()].sort()).toEqual([
    '.assay/definition.yaml',
    '.assay/evidence/rows.csv',
    '.assay/manifest.json',
    '.gitattributes',
    'README.md',
    'big.bin',
    'conf.json',
    'empty',
    'model.pkl',
  ]);
  expect(commit.files.get('big.bin')!.bytes.equals(large)).toBe(true);
  expect(repo().private).toBe(true);
  expect([...repo().tags]).toEqual([
    ['1.0.0', commit.id],
    ['champion', commit.id],
  ]);
  expect(asked(/^PUT \/part\//)).toBe(3);
  const plan = await world.targets.plan(ASK, world.work());
  expect(plan.bytes).toBe(0);
  expect(plan.steps).toEqual([]);
  const again = (await push()).receipts[0]!;
  expect(again.bytes).toBe(0);
  expect(repo().commits).toHaveLength(2);
  expect(await world.targets.test('test', 'hub', new AbortController().signal)).toEqual({
    ok: true,
    message: `Signed in to ${hub.url} as ada.`,
  });
});

test('the token goes to the Hub alone, never to the store that it sends to', async () => {
  await push();
  const store = hub.asked.filter((one) => one.store);
  expect(store.some(({ what }) => what.startsWith('PUT /put'))).toBe(true);
  expect(store.some(({ what }) => what.startsWith('GET /get'))).toBe(true);
  expect(store.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
});

test('a newer version replaces the files of main, the older one stays under its tag, and the alias goes back', async () => {
  await push();
  await world.register('churn', '1.1.0', { 'model.pkl': 'better' });
  await world.registry.setPointer('test', 'churn', 'champion', '1.1.0');
  await world.targets.push({ ...ASK, version: '1.1.0' }, world.work());
  expect(repo().commits.at(-1)!.files.has('big.bin')).toBe(false);
  const remote = () => world.targets.remote('test', 'hub', 'churn', new AbortController().signal);
  expect(await remote()).toEqual({ versions: ['1.1.0', '1.0.0'], aliases: { champion: '1.1.0' } });
  await world.targets.rollback(
    { project: 'test', name: 'churn', targets: null, alias: 'champion', version: null, reason: '' },
    world.work(),
  );
  expect((await remote()).aliases).toEqual({ champion: '1.0.0' });
  await world.targets.verify(ASK, world.work());
});

test('an upload that was cut off goes on, without what is there already', async () => {
  hub.behave = (_request, response, path) => {
    if (!path.endsWith('/commit/main')) return false;
    response.destroy();
    return true;
  };
  await expect(push()).rejects.toThrow('connection was cut');
  expect(world.actions()).toEqual([]);
  expect(repo().tags.size).toBe(0);
  hub.behave = null;
  hub.asked.length = 0;
  const { receipts } = await push();
  expect(receipts[0]!.verified).toBe(true);
  expect(asked(/^PUT/)).toBe(0);
});

test.each([429, 500, 503])('%i is tried again', async (status) => {
  let left = 2;
  hub.behave = (request, response, path) => {
    if (!path.endsWith('objects/batch') || left-- <= 0) return false;
    request.resume();
    response.writeHead(status, { 'retry-after': '0' }).end();
    return true;
  };
  expect((await push()).receipts[0]!.verified).toBe(true);
});

test.each([
  [401, 'wants to know who you are'],
  [403, 'does not let you do this'],
  [404, 'does not have this'],
  [413, 'does not take bodies of this size'],
])('%i is said and nothing counts as pushed', async (status, why) => {
  hub.behave = (request, response, path) => {
    if (!path.endsWith('/commit/main')) return false;
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json' }).end(`{"error":"no, ${HUB_TOKEN}"}`);
    return true;
  };
  const failed = await push().catch((error: Error) => error.message);
  expect(failed).toMatch(why);
  expect(failed).not.toMatch(HUB_TOKEN);
  expect(await world.targets.receipts('test')).toEqual([]);
});

test.each([409, 412])('a commit that met another one (%i) is made anew on top of it', async (status) => {
  let left = 1;
  hub.behave = (request, response, path) => {
    if (!path.endsWith('/commit/main') || left-- <= 0) return false;
    request.resume();
    response.writeHead(status).end('{}');
    return true;
  };
  expect((await push()).receipts[0]!.verified).toBe(true);
});

test('a store that lies about what it has is found', async () => {
  hub.behave = (_request, response, path, store) => {
    if (!store || !path.startsWith('/get/')) return false;
    response.end('weightz');
    return true;
  };
  await expect(push()).rejects.toThrow(
    'reading it back failed: big.bin of ada/churn@1.0.0 in hub is not what was pushed',
  );
  expect(world.actions()).toEqual(['push-failed']);
});

test('another version under the same number is refused', async () => {
  await push();
  await world.register('churn', '1.0.0', { 'model.pkl': 'mine' });
  await expect(push()).rejects.toThrow('hub has another churn@1.0.0 already');
});

test('what was pushed comes back, into another project', async () => {
  await push();
  const other = makePushWorld();
  try {
    other.declare(`targets:\n  hub: {type: huggingface, url: '${hub.url}', namespace: ada}\n`);
    const { lines } = await other.targets.pull(ASK, other.work());
    expect(lines[0]).toMatch('Pulled churn@1.0.0 from hub: 4 files');
    expect((await other.registry.read('', 'churn', '1.0.0')).digest).toBe(
      (await world.registry.read('', 'churn', '1.0.0')).digest,
    );
  } finally {
    await other.dispose();
  }
});

test('a tree that names files elsewhere is refused', async () => {
  await push();
  const head = repo().commits.at(-1)!;
  repo().commits.push({
    ...head,
    id: 'f'.repeat(40),
    files: new Map([['../../evil', { bytes: Buffer.from('x'), lfs: false }]]),
  });
  repo().tags.set('2.0.0', 'f'.repeat(40));
  hub.asked.length = 0;
  await expect(world.targets.pull({ ...ASK, version: '2.0.0' }, world.work())).rejects.toThrow('outside the model');
  expect(asked(/evil/)).toBe(0);
});

test('a size that no disk here holds is refused before anything is fetched', async () => {
  await push();
  hub.asked.length = 0;
  hub.behave = (_request, response, path) => {
    if (!path.includes('/tree/')) return false;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify([{ type: 'file', path: 'a.bin', size: 9e15, oid: 'a' }]));
    return true;
  };
  await expect(world.targets.pull(ASK, world.work())).rejects.toThrow('this disk has room for');
  expect(asked(/resolve/)).toBe(0);
});
