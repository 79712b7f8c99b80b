import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LocalRegistry, startRegistry } from './start.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
let folder: string;
let registry: LocalRegistry;

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const at = (path: string): string => `http://${registry.host}/v2/${path}`;
const ask = (method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(path.startsWith('/') ? `http://${registry.host}${path}` : at(path), {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
const begin = async (): Promise<string> => (await ask('POST', 'a/b/blobs/uploads/')).headers.get('location')!;

async function push(text: string): Promise<string> {
  const answer = await ask('PUT', `${await begin()}?digest=${digestOf(text)}`, text);
  expect(answer.status).toBe(201);
  return digestOf(text);
}
async function tag(name: string, config: string): Promise<Response> {
  const text = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: 'application/x', digest: digestOf(config), size: config.length },
    layers: [],
  });
  return ask('PUT', `a/b/manifests/${name}`, text, { 'content-type': MANIFEST });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-registry-'));
  registry = await startRegistry({ folder });
});
afterEach(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

it('takes no blob under a digest that is not its own, and forgets what came', async () => {
  const answer = await ask('PUT', `${await begin()}?digest=${digestOf('other')}`, 'this');
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ errors: [{ code: 'DIGEST_INVALID' }] });
  expect((await ask('HEAD', `a/b/blobs/${digestOf('other')}`)).status).toBe(404);
  expect(readdirSync(join(folder, 'a', 'b', '_uploads'))).toEqual([]);
});

it('takes pieces in their order only, and says where it stands, also after a start anew', async () => {
  const location = await begin();
  expect((await ask('PATCH', location, 'abc', { 'content-range': '0-2' })).headers.get('range')).toBe('0-2');
  const wrong = await ask('PATCH', location, 'x', { 'content-range': '7-7' });
  expect([wrong.status, wrong.headers.get('range')]).toEqual([416, '0-2']);
  await registry.close();
  registry = await startRegistry({ folder });
  const standing = await ask('GET', location);
  expect([standing.status, standing.headers.get('range')]).toEqual([204, '0-2']);
  expect((await ask('PATCH', location, 'def', { 'content-range': '3-5' })).status).toBe(202);
  expect((await ask('PUT', `${location}?digest=${digestOf('abcdef')}`)).status).toBe(201);
  expect(await (await ask('GET', `a/b/blobs/${digestOf('abcdef')}`, undefined, { range: 'bytes=2-' })).text()).toBe(
    'cdef',
  );
});

it('takes no manifest before what it names is there, and none that is none', async () => {
  const early = await tag('1.0.0', 'config');
  expect(await early.json()).toMatchObject({
    errors: [{ code: 'MANIFEST_BLOB_UNKNOWN', detail: { digest: digestOf('config') } }],
  });
  await push('config');
  expect((await tag('1.0.0', 'config')).status).toBe(201);
  expect((await ask('PUT', 'a/b/manifests/x', '{}', { 'content-type': MANIFEST })).status).toBe(400);
  expect(
    (
      await ask('PUT', 'a/b/manifests/x', 'y'.repeat(5_000_000), { 'content-type': MANIFEST }).catch(() => ({
        status: 413,
      }))
    ).status,
  ).toBe(413);
});

it('lists tags in pages, moves and removes one alone, as an image layout', async () => {
  await push('one');
  await push('two');
  for (const name of ['a', 'b', 'c']) await tag(name, 'one');
  const first = await ask('GET', 'a/b/tags/list?n=2');
  expect(await first.json()).toEqual({ name: 'a/b', tags: ['a', 'b'] });
  const next = /<(.*)>/.exec(first.headers.get('link')!)![1]!;
  expect(await (await ask('GET', next)).json()).toEqual({ name: 'a/b', tags: ['c'] });
  await tag('b', 'two');
  expect((await ask('DELETE', 'a/b/manifests/c')).status).toBe(202);
  expect(await (await ask('GET', 'a/b/tags/list')).json()).toEqual({ name: 'a/b', tags: ['a', 'b'] });
  const index = JSON.parse(readFileSync(join(folder, 'a', 'b', '_oci', 'index.json'), 'utf8')) as {
    manifests: unknown[];
  };
  expect(index.manifests).toHaveLength(2);
  expect(await (await ask('GET', '_catalog')).json()).toEqual({ repositories: ['a/b'] });
});

it('has no names that lead elsewhere', async () => {
  for (const name of ['..%2f..%2fx', 'a%2f..%2f..%2fx', 'A', '_oci', '%zz'])
    expect((await ask('POST', `${name}/blobs/uploads/`)).status, name).toBeGreaterThanOrEqual(400);
  expect((await ask('PUT', 'a/manifests/..%2fx', '{}', { 'content-type': MANIFEST })).status).toBeGreaterThanOrEqual(
    400,
  );
  expect((await ask('GET', 'a/b/blobs/uploads/..%2findex.json')).status).toBeGreaterThanOrEqual(400);
  expect(existsSync(join(folder, '..', 'x'))).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

it('answers no page of a browser, under whatever name it found this machine', async () => {
  expect((await ask('POST', 'a/b/blobs/uploads/', '', { origin: 'http://evil.example' })).status).toBe(403);
  const status = await new Promise((resolve, reject) => {
    const sent = request(at(''), { headers: { host: 'evil.example:5000' } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.on('error', reject);
    sent.end();
  });
  expect(status).toBe(403);
});
