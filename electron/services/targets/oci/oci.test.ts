import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Receipt } from '../../../../shared/contract/targets.ts';
import { type LocalRegistry, startRegistry } from '../../../http/oci-registry/start.ts';
import { outgoingVersion } from '../../../testing/outgoing-version.ts';
import type { Driver, DriverOptions, OutgoingVersion, Pushed } from '../driver.ts';
import { MODEL, SIGNATURE } from './media-types.ts';
import { openOci } from './oci.ts';

type Behave = (request: IncomingMessage, response: ServerResponse) => boolean;

const { signal } = new AbortController();
let folder: string;
let registry: LocalRegistry;
let behave: Behave | null = null;
const seen: string[] = [];
const open: Driver[] = [];
const login = { user: 'ada', password: 'pass word' };
const files = { 'model.onnx': 'weights', 'sub/config.json': '{}', 'README.md': '# hi', 'predict.py': 'pass' };

async function start(options: { login?: typeof login } = {}): Promise<void> {
  registry = await startRegistry(
    { folder: join(folder, 'registry'), ...options },
    (handler) => async (request, response) => {
      seen.push(`${request.method} ${request.url}`);
      if (!behave?.(request, response)) await handler(request, response);
    },
  );
}

function driver(secret: DriverOptions['secret'] = null, piece?: number): Driver {
  const declared = { type: 'oci' as const, url: `${registry.host}/team` };
  open.push(openOci(declared, { root: folder, name: 'hub', secret }, piece === undefined ? {} : { piece }));
  return open.at(-1)!;
}

const work = (onBytes: (count: number) => void = () => {}) => ({ signal, onBytes });
const rejected = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it should have been refused'),
    (error) => error as Error & { code: string; data: Record<string, unknown> },
  );
const refuse =
  (method: string, url: RegExp, status: number, headers: Record<string, string> = {}): Behave =>
  (request, response) => {
    if (request.method !== method || !url.test(request.url!)) return false;
    response.writeHead(status, { ...headers, connection: 'close' });
    response.end(JSON.stringify({ errors: [{ code: 'DENIED', message: 'because\u001b' }] }));
    return true;
  };
const raw = (path: string) => fetch(`http://${registry.host}/v2/team/churn/${path}`);

/** The receipt that the engine writes once a push was read back. */
const receiptOf = (version: OutgoingVersion, result: Pushed): Receipt => ({
  assay: 'receipt/1',
  target: 'hub',
  kind: 'oci',
  url: `${registry.host}/team`,
  model: version.definition.model,
  version: version.definition.version,
  definition: version.digest,
  ...result,
  at: 0,
  by: 'Ada',
  verified: true,
  auditHead: version.auditHead,
  elapsedMs: 0,
});

async function pushed(version: OutgoingVersion, own = driver()): Promise<Pushed> {
  const result = await own.push(version, work());
  await own.verify(version, result, work());
  return result;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-oci-'));
  behave = null;
  seen.length = 0;
  await start();
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a push', () => {
  it('is a ModelPack with both names on every layer, and what refers to it', async () => {
    const signature = '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}';
    const version = outgoingVersion(folder, files, { signature, approval: 'approved by Ada', aliases: ['champion'] });
    const plan = await driver().plan(version, signal);
    expect(plan.items.every(({ there }) => !there)).toBe(true);
    expect(plan.steps).toEqual(['sets champion']);

    const result = await pushed(version);
    expect(result).toMatchObject({ ref: `${registry.host}/team/churn:1.0.0`, aliases: ['champion'], skippedBytes: 0 });
    const manifest = (await (await raw('manifests/1.0.0')).json()) as {
      artifactType: string;
      layers: { mediaType: string; annotations: Record<string, string> }[];
      annotations: Record<string, string>;
    };
    expect(manifest.artifactType).toBe(MODEL);
    expect(
      manifest.layers.map(({ mediaType, annotations }) => [
        mediaType.slice('application/vnd.cncf.model.'.length),
        ...Object.values(annotations),
      ]),
    ).toEqual([
      ['weight.v1.raw', 'model.onnx', 'model.onnx'],
      ['weight.config.v1.raw', 'sub/config.json', 'sub/config.json'],
      ['doc.v1.raw', 'README.md', 'README.md'],
      ['code.v1.raw', 'predict.py', 'predict.py'],
    ]);
    expect(manifest.annotations).toMatchObject({
      'dev.assay.approval': 'approved by Ada',
      'dev.assay.audit.head': version.auditHead,
      'dev.assay.definition': `sha256:${version.digest}`,
    });
    const referrers = (await (
      await raw(`referrers/${result.digest}?artifactType=${encodeURIComponent(SIGNATURE)}`)
    ).json()) as {
      manifests: unknown[];
    };
    expect(referrers.manifests).toHaveLength(1);
    expect(await driver().remote('churn', signal)).toEqual({ versions: ['1.0.0'], aliases: { champion: '1.0.0' } });
  });

  it('sends nothing when nothing has changed but the audit log, and keeps the digest', async () => {
    const version = outgoingVersion(folder, files, { aliases: ['champion'] });
    const first = await pushed(version);
    seen.length = 0;
    const again = await pushed({ ...version, auditHead: 'b'.repeat(64) });
    expect(again.digest).toBe(first.digest);
    expect(again.bytes).toBe(0);
    expect(again.skippedBytes).toBeGreaterThan(0);
    expect(seen.filter((line) => /^(PUT|POST|PATCH)/.test(line))).toEqual([]);
    expect((await driver().plan(version, signal)).items.every(({ there }) => there)).toBe(true);
  });

  it('shows a changed card as the newest one, and refuses another model under the same version', async () => {
    const version = outgoingVersion(folder, files);
    await pushed(version);
    const card = '# another\n';
    await pushed({ ...version, card });
    mkdirSync(join(folder, 'in'));
    expect((await driver().pull('churn', '1.0.0', join(folder, 'in'), work())).card).toBe(card);
    const other = outgoingVersion(folder, { 'model.onnx': 'others' });
    const error = await rejected(driver().push(other, work()));
    expect(error).toMatchObject({ code: 'CONFLICT' });
    expect(error.message).toContain('Register a new version');
  });

  it('shows nothing under the tag before all of it is there, whatever breaks', async () => {
    const version = outgoingVersion(folder, files, { aliases: ['champion'] });
    let fuse = 0;
    let left = 0;
    behave = (request) => {
      if (!['PUT', 'POST'].includes(request.method!) || left-- > 0) return false;
      request.socket.destroy();
      return true;
    };
    for (; ; fuse++) {
      // nothing of the attempt before may help this one
      rmSync(join(folder, 'registry'), { recursive: true, force: true });
      left = fuse;
      const result = await driver()
        .push(version, work())
        .catch(() => null);
      const tags = await driver().remote('churn', signal);
      if (tags.versions.length > 0)
        await driver().verify(
          { ...version, aliases: [] },
          { ...(result ?? (await lastPushed())), aliases: [] },
          work(),
        );
      if (result) break;
      expect(tags.aliases).toEqual({});
    }
    expect(fuse).toBeGreaterThan(20);

    async function lastPushed(): Promise<Pushed> {
      const digest = (await raw('manifests/1.0.0')).headers.get('docker-content-digest')!;
      return { ref: '', digest, aliases: [], bytes: 0, skippedBytes: 0, details: {} };
    }
  });

  it('goes on with a large file where it was cut, also after the registry was started anew', async () => {
    const version = outgoingVersion(folder, { 'model.onnx': Buffer.alloc(1_000_000, 'w') });
    let patches = 0;
    behave = (request) => {
      if (request.method !== 'PATCH' || ++patches !== 4) return false;
      request.once('data', () => request.socket.destroy());
      return true;
    };
    await rejected(driver(null, 200_000).push(version, work()));
    await registry.close();
    behave = null;
    seen.length = 0;
    await start();
    // the resumed upload is known by its registry's address
    const old = JSON.parse(readFileSync(join(version.resume, readdirSync(version.resume)[0]!), 'utf8')) as {
      location: string;
    };
    const moved = JSON.stringify({
      ...old,
      origin: `http://${registry.host}`,
      location: old.location.replace(/^http:\/\/[^/]+/, `http://${registry.host}`),
    });
    writeFileSync(join(version.resume, readdirSync(version.resume)[0]!), moved);
    let sent = 0;
    const own = driver(null, 200_000);
    const result = await own.push(
      version,
      work((count) => {
        sent += count;
      }),
    );
    expect(seen.filter((line) => line.startsWith('PATCH'))).toHaveLength(2);
    expect(sent).toBe(result.bytes + result.skippedBytes);
    await own.verify(version, result, work());
    expect(readdirSync(version.resume)).toEqual([]);
  });

  it('reads no blob again after a push that sent nothing, and still misses what is gone', async () => {
    const version = outgoingVersion(folder, { 'model.onnx': Buffer.alloc(100_000, 'k') });
    const own = driver();
    const first = await own.push(version, work());
    await own.verify(version, first, work());
    const again = { ...version, previous: receiptOf(version, first) };
    const second = await own.push(again, work());
    expect(second.bytes).toBe(0);
    seen.length = 0;
    await own.verify(again, second, work());
    expect(seen.filter((line) => line.startsWith('GET') && line.includes('/blobs/'))).toEqual([]);
    behave = refuse('HEAD', /blobs/, 404);
    expect(await rejected(own.verify(again, second, work()))).toMatchObject({ code: 'CONFLICT' });
  });

  it('sends a large file in one when the registry takes no pieces', async () => {
    const version = outgoingVersion(folder, { 'model.onnx': Buffer.alloc(1_000_000, 'w') });
    behave = refuse('PATCH', /./, 416);
    let sent = 0;
    const own = driver(null, 200_000);
    const result = await own.push(
      version,
      work((count) => {
        sent += count;
      }),
    );
    expect(sent).toBe(result.bytes + result.skippedBytes);
    await own.verify(version, result, work());
  });

  it('keeps an index of referrers where the registry keeps none, with what others put there', async () => {
    behave = (request, response) => {
      if (request.url!.includes('/referrers/')) {
        response.writeHead(404).end();
        return true;
      }
      const write = response.writeHead.bind(response) as (
        status: number,
        headers: Record<string, unknown>,
      ) => ServerResponse;
      response.writeHead = ((status: number, headers: Record<string, unknown> = {}) => {
        delete headers['oci-subject'];
        return write(status, headers);
      }) as never;
      return false;
    };
    const version = outgoingVersion(folder, files, { signature: '{}' });
    const result = await pushed(version);
    const index = (await (await raw(`manifests/${result.digest.replace(':', '-')}`)).json()) as {
      manifests: unknown[];
    };
    expect(index.manifests).toHaveLength(3);
    expect((await driver().remote('churn', signal)).aliases).toEqual({});
  });

  it('makes a ModelKit beside it, the same every time', async () => {
    const version = outgoingVersion(folder, files, { modelkit: true });
    const { details } = await pushed(version);
    const config = (await (await raw('manifests/1.0.0-kit')).json()) as {
      layers: { mediaType: string; digest: string }[];
      config: { digest: string };
    };
    expect(config.layers.map(({ mediaType }) => mediaType.split('.')[3])).toEqual([
      'model',
      'modelpart',
      'code',
      'docs',
    ]);
    const kit = (await (await raw(`blobs/${config.config.digest}`)).json()) as {
      model: { digest: string; parts: { digest: string }[] };
    };
    expect([kit.model.digest, kit.model.parts[0]!.digest]).toEqual(
      config.layers.slice(0, 2).map(({ digest }) => digest),
    );
    expect((await driver().push(version, work())).details).toEqual(details);
    expect((await driver().remote('churn', signal)).versions).toEqual(['1.0.0']);
  });
});

describe('a refusal', () => {
  it.each([
    [401, 'UNAUTHORIZED', false],
    [403, 'FORBIDDEN', false],
    [404, 'NOT_FOUND', false],
    [409, 'CONFLICT', false],
    [413, 'UNAVAILABLE', false],
    [429, 'UNAVAILABLE', true],
    [500, 'UNAVAILABLE', true],
    [503, 'UNAVAILABLE', true],
  ])('of %i is a sentence with the registry’s words; a repeat finishes', async (status, code, transient) => {
    const version = outgoingVersion(folder, files);
    behave = refuse('POST', /uploads/, status, { 'retry-after': '3' });
    const error = await rejected(driver().push(version, work()));
    expect(error).toMatchObject({ code, data: { status } });
    expect(error.message).toMatch(/It says: DENIED, because\./);
    expect(error.data.transient ?? false).toBe(transient);
    if (transient) expect(error.data.retryAfterMs).toBe(3000);
    expect((await driver().remote('churn', signal)).versions).toEqual([]);
    behave = null;
    await pushed(version);
  });

  it('of a digest that lies is found when it is read back', async () => {
    const version = outgoingVersion(folder, files);
    const own = driver();
    const result = await own.push(version, work());
    behave = (request, response) => {
      if (request.method !== 'GET' || !request.url!.includes(version.files[0]!.sha256)) return false;
      response.end('weightS');
      return true;
    };
    expect(await rejected(own.verify(version, result, work()))).toMatchObject({ code: 'CONFLICT' });
    behave = null;
    await own.setAlias('churn', 'champion', '1.0.0', signal);
    const aliased = { ...result, aliases: ['champion'] };
    await own.verify(version, aliased, work());
    await own.setAlias('churn', 'champion', null, signal);
    expect((await rejected(own.verify(version, aliased, work()))).message).toContain('champion points to nothing');
  });
});

describe('signing in', () => {
  it('is basic when the registry asks for it', async () => {
    await registry.close();
    await start({ login });
    expect(await rejected(driver().test(signal))).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(await rejected(driver({ user: 'ada', secret: 'no' }).test(signal))).toMatchObject({ code: 'UNAUTHORIZED' });
    const own = driver({ user: login.user, secret: login.password });
    expect(await own.test(signal)).toContain('as ada');
    await pushed(outgoingVersion(folder, files), own);
  });
});
