import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makePushWorld, type PushWorld } from '../../../testing/make-push-world.ts';
import { type ObjectServer, startObjectServer } from '../../../testing/object-server.ts';

let world: PushWorld;
let server: ObjectServer;
const ASK = { project: 'test', name: 'churn', version: '1.0.0', target: 'bucket' } as const;
const push = () => world.targets.push(ASK, world.work());
const HOME = 'models/team/churn/';

/** Answers listings, from what the server holds. */
function list(request: IncomingMessage, response: ServerResponse): boolean {
  const query = new URL(request.url!, 'http://x').searchParams;
  if (!query.has('list-type')) return false;
  const entries = [...server.objects]
    .map(([path, { length }]) => ({ key: path.replace(/^models\//, ''), length }))
    .filter(({ key }) => key.startsWith(query.get('prefix')!))
    .map(({ key, length }) => `<Contents><Key>${key}</Key><Size>${length}</Size></Contents>`);
  response.end(
    `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${entries.join('')}</ListBucketResult>`,
  );
  return true;
}
const fail = (response: ServerResponse, status: number, code: string): boolean => {
  const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>key top-secret</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml' }).end(xml);
  return true;
};

beforeEach(async () => {
  server = await startObjectServer();
  server.behave = list;
  world = makePushWorld();
  world.declare(
    `targets:\n  bucket: {type: s3, url: 's3://models/team', endpoint: '${server.url}', region: us-east-1}\n`,
  );
  await world.targets.setSecret('test', 'bucket', 'key', 'top-secret');
  await world.register(
    'churn',
    '1.0.0',
    { 'model.pkl': 'weights', 'big.bin': randomBytes(1_000_000) },
    { 'rows.csv': 'a\n' },
  );
  await world.registry.setPointer('test', 'churn', 'champion', '1.0.0');
});
afterEach(async () => {
  await world.dispose();
  await server.close();
});

test('a version is objects, with the manifest written last and everything read back', async () => {
  const { receipts } = await push();
  expect(receipts[0]).toMatchObject({
    kind: 's3',
    ref: 's3://models/team/churn/1.0.0/',
    verified: true,
    bytes: 1_000_009,
  });
  expect([...server.objects.keys()].sort()).toEqual([
    `${HOME}.assay/aliases/champion`,
    `${HOME}.assay/versions/1.0.0/card.md`,
    `${HOME}.assay/versions/1.0.0/definition.yaml`,
    `${HOME}.assay/versions/1.0.0/evidence/rows.csv`,
    `${HOME}.assay/versions/1.0.0/manifest.json`,
    `${HOME}1.0.0/big.bin`,
    `${HOME}1.0.0/model.pkl`,
  ]);
  const puts = server.seen.filter(({ method }) => method === 'PUT').map(({ path }) => path);
  expect(puts.at(-2)).toBe(`${HOME}.assay/versions/1.0.0/manifest.json`);
  expect((await push()).receipts[0]).toMatchObject({ bytes: 0, skippedBytes: 1_000_009 });
  expect((await world.targets.plan(ASK, world.work())).steps).toEqual([]);
});

test('what was cut off goes on, and is no version until then', async () => {
  server.behave = (request, response, path) => {
    if (list(request, response)) return true;
    if (request.method !== 'PUT' || !path.endsWith('manifest.json')) return false;
    response.destroy();
    return true;
  };
  await expect(push()).rejects.toThrow('cut');
  server.behave = list;
  const signal = new AbortController().signal;
  expect(await world.targets.remote('test', 'bucket', 'churn', signal)).toEqual({ versions: [], aliases: {} });
  server.seen.length = 0;
  expect((await push()).receipts[0]!.verified).toBe(true);
  expect(server.seen.filter(({ method, path }) => method === 'PUT' && path.endsWith('big.bin'))).toEqual([]);
}, 30_000);

test('bytes that differ there are found, and sent again by the next push', async () => {
  await push();
  server.objects.set(`${HOME}1.0.0/model.pkl`, Buffer.from('weightz'));
  await expect(world.targets.verify(ASK, world.work())).rejects.toThrow(
    'model.pkl of churn@1.0.0 in bucket is not what',
  );
  await push();
  expect(server.objects.get(`${HOME}1.0.0/model.pkl`)!.toString()).toBe('weights');
  expect((await world.targets.verify(ASK, world.work())).lines[0]).toMatch('every byte was read back');
});

test.each([
  [403, 'InvalidAccessKeyId', 'assay targets login bucket'],
  [403, 'AccessDenied', 'does not let this access key'],
  [404, 'NoSuchBucket', 'There is no bucket "models"'],
])('%i %s is said in a sentence without the key', async (status, code, why) => {
  server.behave = (_request, response) => fail(response, status, code);
  const message = await push().catch((error: Error) => error.message);
  expect(message).toMatch(why);
  expect(message).not.toMatch('top-secret');
  expect(world.actions()).toEqual([]);
});

test('the alias goes back, and what was pushed comes back', async () => {
  await push();
  await world.register('churn', '1.1.0', { 'model.pkl': 'better' });
  await world.registry.setPointer('test', 'churn', 'champion', '1.1.0');
  await world.targets.push({ ...ASK, version: '1.1.0' }, world.work());
  await world.targets.rollback(
    { project: 'test', name: 'churn', targets: null, alias: 'champion', version: null, reason: '' },
    world.work(),
  );
  const remote = await world.targets.remote('test', 'bucket', 'churn', new AbortController().signal);
  expect(remote).toEqual({ versions: ['1.1.0', '1.0.0'], aliases: { champion: '1.0.0' } });
  const other = makePushWorld();
  try {
    other.declare(
      `targets:\n  bucket: {type: s3, url: 's3://models/team', endpoint: '${server.url}', region: us-east-1}\n`,
    );
    await other.targets.setSecret('test', 'bucket', 'key', 'top-secret');
    expect((await other.targets.pull(ASK, other.work())).lines[0]).toMatch('2 files');
    server.objects.set(`${HOME}1.0.0/../../../evil`, Buffer.from('x'));
    await expect(other.targets.pull(ASK, other.work())).rejects.toThrow('outside the model');
  } finally {
    await other.dispose();
  }
});
