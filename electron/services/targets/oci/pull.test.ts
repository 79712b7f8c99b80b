import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalRegistry, startRegistry } from '../../../http/oci-registry/start.ts';
import { outgoingVersion } from '../../../testing/outgoing-version.ts';
import type { Driver, OutgoingVersion } from '../driver.ts';
import { EMPTY, MANIFEST, MODEL, MODEL_CONFIG } from './media-types.ts';
import { openOci } from './oci.ts';

type Behave = (request: IncomingMessage, response: ServerResponse) => boolean;

const { signal } = new AbortController();
const work = { signal, onBytes: () => {} };
const files = { 'model.onnx': Buffer.alloc(300_000, 'weights'), 'sub/config.json': '{}' };
let folder: string;
let target: string;
let registry: LocalRegistry;
let behave: Behave | null = null;
let driver: Driver;
let version: OutgoingVersion;
const servers: Server[] = [];

const rejected = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it should have been refused'),
    (error) => error as Error & { code: string },
  );
const pull = (tag = '1.0.0') => driver.pull('churn', tag, target, work);
const digestOf = (text: string | Uint8Array): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

async function serve(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers for the tag `9.9.9` with a manifest of these layers. */
function offer(layers: readonly Record<string, unknown>[], change: Record<string, unknown> = {}): void {
  const text = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType: MODEL,
    config: { ...EMPTY, mediaType: MODEL_CONFIG },
    layers,
    ...change,
  });
  behave = (request, response) => {
    if (!request.url!.endsWith('/manifests/9.9.9')) return false;
    response.writeHead(200, { 'content-type': MANIFEST }).end(text);
    return true;
  };
}
const layer = (title: string, size = 3, digest = digestOf('abc')) => ({
  mediaType: 'application/vnd.cncf.model.weight.v1.raw',
  digest,
  size,
  annotations: { 'org.cncf.model.filepath': title, 'org.opencontainers.image.title': title },
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-oci-pull-'));
  target = join(folder, 'in');
  mkdirSync(target);
  behave = null;
  registry = await startRegistry({ folder: join(folder, 'registry') }, (handler) => async (request, response) => {
    if (!behave?.(request, response)) await handler(request, response);
  });
  driver = openOci({ type: 'oci', url: `${registry.host}/team` }, { root: folder, name: 'hub', secret: null });
  version = outgoingVersion(folder, files, { signature: '{"s":1}' });
  await driver.push(version, work);
});
afterEach(async () => {
  await driver.close();
  await registry.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

describe('a pull', () => {
  it('gives back the same bytes, and what travelled beside them', async () => {
    const pulled = await pull();
    expect(pulled.files.map(({ path, sha256 }) => [path, sha256])).toEqual(
      version.files.map(({ path, sha256 }) => [path, sha256]),
    );
    for (const { file, path } of pulled.files)
      expect(readFileSync(file).equals(Buffer.from(files[path as keyof typeof files]))).toBe(true);
    expect(pulled).toMatchObject({
      definitionText: version.definitionText,
      card: version.card,
      signature: version.signature,
    });
    expect(pulled.evidence.map(({ path }) => path)).toEqual(['tables/rows.csv']);
    expect(existsSync(join(target, 'files', 'tables'))).toBe(false);
  });

  it('goes on after a cut where it was', async () => {
    const ranges: (string | undefined)[] = [];
    const weights = Buffer.from(files['model.onnx']);
    behave = (request, response) => {
      if (request.method !== 'GET' || !request.url!.includes(`blobs/sha256:${version.files[0]!.sha256}`)) return false;
      ranges.push(request.headers.range);
      if (ranges.length > 1) return false;
      response.writeHead(200, { 'content-length': weights.length });
      response.write(weights.subarray(0, 100_000), () => response.destroy());
      return true;
    };
    const pulled = await pull();
    expect(readFileSync(pulled.files[0]!.file).equals(weights)).toBe(true);
    expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=\d+-$/)]);
  });

  it('says what is not there', async () => {
    expect(await rejected(pull('7.0.0'))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await rejected(driver.setAlias('churn', 'champion', '7.0.0', signal))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await driver.remote('nothing', signal)).toEqual({ versions: [], aliases: {} });
  });

  it('follows a blob to another host without the token', async () => {
    const seen: (string | undefined)[] = [];
    const weights = Buffer.from(files['model.onnx']);
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end(weights);
    });
    const asked: (string | undefined)[] = [];
    behave = (request, response) => {
      if (request.headers.authorization === undefined) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
        return true;
      }
      if (request.method !== 'GET' || !request.url!.includes(version.files[0]!.sha256)) return false;
      asked.push(request.headers.authorization);
      response.writeHead(307, { location: `${other}/storage?signature=1` }).end();
      return true;
    };
    const own = openOci(
      { type: 'oci', url: `${registry.host}/team` },
      { root: folder, name: 'hub', secret: { user: 'ada', secret: 'pw' } },
    );
    await own.pull('churn', '1.0.0', target, work);
    await own.close();
    expect(asked).toEqual([`Basic ${Buffer.from('ada:pw').toString('base64')}`]);
    expect(seen).toEqual([undefined]);
  });

  it('gets tokens of a server elsewhere, and a new one when one has ended', async () => {
    const scopes: (string | null)[] = [];
    let count = 0;
    const tokens = await serve((request, response) => {
      const url = new URL(request.url!, 'http://x');
      scopes.push(url.searchParams.get('scope'));
      expect(request.headers.authorization).toBe(`Basic ${Buffer.from('ada:pw').toString('base64')}`);
      count++;
      response.end(JSON.stringify({ access_token: `t${count}`, expires_in: 300 }));
    });
    let good = 't1';
    let uses = 0;
    behave = (request, response) => {
      // the token ends in the middle
      if (++uses === 6) good = 't2';
      if (request.headers.authorization === `Bearer ${good}`) return false;
      const challenge = `Bearer realm="${tokens}/token",service="reg, istry",scope="repository:team/churn:pull"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
      return true;
    };
    const own = openOci(
      { type: 'oci', url: `${registry.host}/team` },
      { root: folder, name: 'hub', secret: { user: 'ada', secret: 'pw' } },
    );
    const next = outgoingVersion(join(folder, 'next'), { 'model.onnx': 'new' }, {}, '1.1.0');
    mkdirSync(join(folder, 'next'), { recursive: true });
    await own.push(next, work);
    await own.close();
    expect(scopes).toEqual(['repository:team/churn:pull,push', 'repository:team/churn:pull,push']);
  });
});

describe('what is hostile', () => {
  it.each([['../../x'], ['/etc/passwd'], ['a/../../x'], ['a\\..\\x'], ['C:x'], ['a//b'], ['a\u0000b'], [''], ['.']])(
    'is a file named %j',
    async (title) => {
      offer([layer(title)]);
      expect(await rejected(pull('9.9.9'))).toMatchObject({ code: 'BAD_REQUEST' });
      expect(existsSync(join(folder, 'x'))).toBe(false);
    },
  );

  it('is a file that is there twice, or is a folder as well', async () => {
    offer([layer('Model'), layer('model')]);
    expect((await rejected(pull('9.9.9'))).message).toContain('there twice');
    offer([layer('a'), layer('a/b')]);
    expect((await rejected(pull('9.9.9'))).message).toContain('is a folder as well');
    offer([{ ...layer('a'), annotations: {} }]);
    expect((await rejected(pull('9.9.9'))).message).toContain('without a file name');
  });

  it('is a size that lies', async () => {
    const { sha256, size } = version.files[0]!;
    offer([layer('model.onnx', 10_000_000_000, `sha256:${sha256}`)]);
    expect((await rejected(pull('9.9.9'))).message).toMatch(/another size|are free/);
    offer([layer('other.onnx', size - 1, `sha256:${sha256}`)]);
    expect(await rejected(pull('9.9.9'))).toMatchObject({ code: 'CONFLICT' });
    offer([layer('huge', 9e15, `sha256:${sha256}`)]);
    expect((await rejected(pull('9.9.9'))).message).toContain('are free');
  });

  it('is a blob with other bytes, or more of them than it says', async () => {
    const answer =
      (bytes: Buffer | string): Behave =>
      (request, response) => {
        if (request.method !== 'GET' || !request.url!.includes(version.files[1]!.sha256)) return false;
        response.write(bytes);
        response.end();
        return true;
      };
    behave = answer('[]');
    expect((await rejected(pull())).message).toContain(`back as ${digestOf('[]')}`);
    rmSync(target, { recursive: true });
    mkdirSync(target);
    behave = answer(Buffer.alloc(100_000));
    expect((await rejected(pull())).message).toContain('more than its 2 bytes');
  });

  it('is a manifest with another digest, an index, another artifact, too many layers, or no JSON', async () => {
    behave = (request, response) => {
      if (!request.url!.endsWith('/manifests/9.9.9')) return false;
      response.writeHead(200, { 'content-type': MANIFEST, 'docker-content-digest': digestOf('x') }).end('{}');
      return true;
    };
    expect(await rejected(pull('9.9.9'))).toMatchObject({ code: 'CONFLICT' });
    offer([], { manifests: [] });
    expect((await rejected(pull('9.9.9'))).message).toContain('is an index');
    offer([layer('a')], { artifactType: 'application/x-other' });
    expect((await rejected(pull('9.9.9'))).message).toContain('no ModelPack');
    offer(Array.from({ length: 10_001 }, (_, index) => layer(`f${index}`)));
    expect((await rejected(pull('9.9.9'))).message).toContain('more than 10000 layers');
    offer([layer('a', -1)]);
    expect(await rejected(pull('9.9.9'))).toMatchObject({ code: 'BAD_REQUEST' });
  });
});

describe('a url', () => {
  const open = (url: string, insecure?: boolean) =>
    openOci(
      { type: 'oci', url, ...(insecure === undefined ? {} : { insecure }) },
      { root: folder, name: 'hub', secret: null },
    );

  it('is refused when it has a user, no host, strange parts, or would send secrets openly', () => {
    for (const url of ['a:b@host/x', '', '/x', 'host/UPPER', 'host/../x', 'ftp://host', 'host/x@sha256:1'])
      expect(() => open(url), url).toThrow(/target's url/);
    expect(() => open('http://registry.example.com/team')).toThrow('without encryption');
    expect(() => open('http://registry.example.com/team', true)).not.toThrow();
    expect(() => open('registry.example.com:5000/team/models')).not.toThrow();
  });
});
