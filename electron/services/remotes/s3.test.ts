import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ObjectServer, startObjectServer } from '../../testing/object-server.ts';
import { download, upload } from './engine.ts';
import { presentIn } from './present.ts';
import { openS3 } from './s3.ts';
import type { RemoteStore } from './store.ts';

let folder: string;
let server: ObjectServer;
let store: RemoteStore;
const never = new AbortController().signal;
const options = { jobs: 4, signal: never, policy: { attempts: 3, baseMs: 0, maxMs: 0 }, onBytes: () => {} };
const md5 = (bytes: Uint8Array | string): string => createHash('md5').update(bytes).digest('hex');
const open = (settings: Record<string, string> = {}) =>
  openS3({
    name: 'far',
    url: 's3://bucket/deep/er',
    settings: { endpointurl: server.url, access_key_id: 'key', secret_access_key: 'top-secret', ...settings },
  });
const fail = (response: ServerResponse, status: number, code: string): boolean => {
  const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>key top-secret</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml' }).end(xml);
  return true;
};
const queryOf = (request: IncomingMessage): URLSearchParams => new URL(request.url!, 'http://x').searchParams;
/** Answers a listing from the objects that the server holds, two to a page. */
const list = (request: IncomingMessage, response: ServerResponse): boolean => {
  const query = queryOf(request);
  if (!query.has('list-type')) return false;
  const names = [...server.objects.keys()]
    .map((path) => path.replace(/^bucket\//, ''))
    .filter((key) => key.startsWith(query.get('prefix')!))
    .sort();
  const from = Number(query.get('continuation-token') ?? 0);
  const entries = names
    .slice(from, from + 2)
    .map((key) => `<Contents><Key>${key}</Key><Size>${server.objects.get(`bucket/${key}`)!.length}</Size></Contents>`);
  const next = from + 2 < names.length ? `<NextContinuationToken>${from + 2}</NextContinuationToken>` : '';
  response.end(
    `<?xml version="1.0"?><ListBucketResult><IsTruncated>${next !== ''}</IsTruncated>${entries.join('')}${next}</ListBucketResult>`,
  );
  return true;
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-s3-'));
  mkdirSync(join(folder, 'tmp'));
  server = await startObjectServer();
  store = await open();
});
afterEach(async () => {
  await store.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('which objects are there', () => {
  const keys = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => md5(String(i))).map(
      (hash) => `files/md5/${hash.slice(0, 2)}/${hash.slice(2)}`,
    );
  const hold = (wanted: readonly string[]): void => {
    for (const key of wanted) server.objects.set(`bucket/deep/er/${key}`, Buffer.from('12345'));
  };
  const count = (): { heads: number; lists: number } => ({
    heads: server.seen.filter(({ method }) => method === 'HEAD').length,
    lists: server.seen.filter(({ method }) => method === 'GET').length,
  });

  it('lists a small remote once, page by page, instead of asking for each', async () => {
    const all = keys(300);
    hold(all.slice(0, 4));
    server.behave = list;
    const found = await presentIn(store, 'files/md5/', all, options);
    expect([...found]).toEqual(
      all
        .slice(0, 4)
        .sort((a, b) => (a < b ? -1 : 1))
        .map((key) => [key, 5]),
    );
    expect(count().heads).toBe(0);
    // one for the estimate, two pages of two
    expect(count().lists).toBe(3);
  });

  it('asks for each when there are few, or when listing is forbidden', async () => {
    const all = keys(6);
    hold(all.slice(0, 2));
    expect([...(await presentIn(store, 'files/md5/', all.slice(0, 3), options)).keys()].sort()).toEqual(
      all.slice(0, 2).sort(),
    );
    expect(count()).toEqual({ heads: 3, lists: 0 });
    server.behave = (request, response) => queryOf(request).has('list-type') && fail(response, 403, 'AccessDenied');
    expect((await presentIn(store, 'files/md5/', all, options)).size).toBe(2);
  });
});

describe('objects', () => {
  it('go with their MD5 for the server to check, and come back from where they were cut', async () => {
    const bytes = randomBytes(500_000);
    writeFileSync(join(folder, 'f'), bytes);
    let told: unknown;
    server.behave = (request) => {
      told = request.headers['content-md5'];
      return false;
    };
    const hash = md5(bytes);
    const object = { key: 'k', path: join(folder, 'f'), size: bytes.length, md5: hash };
    await upload(store, [object], options);
    expect(told).toBe(createHash('md5').update(bytes).digest('base64'));
    expect(server.objects.get('bucket/deep/er/k')!.equals(bytes)).toBe(true);
    let cut = false;
    server.behave = (_request, response) => {
      if (cut) return false;
      cut = true;
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 200_000), () => response.destroy());
      return true;
    };
    server.seen.length = 0;
    const into = { key: 'k', hash, legacy: false, path: join(folder, 'out'), atMost: null };
    expect(await download(store, [into], join(folder, 'tmp'), 0o444, options)).toMatchObject({ copied: 1 });
    expect(server.seen.at(-1)!.range).toMatch(/^bytes=\d+-$/);
    expect(readFileSync(join(folder, 'out')).equals(bytes)).toBe(true);
  });

  it('that are large go in parts; a part that fails is sent again, and what nobody finished long ago is aborted', async () => {
    const bytes = randomBytes(20_000_000);
    writeFileSync(join(folder, 'f'), bytes);
    const parts = new Map<number, Buffer>();
    const aborted: string[] = [];
    let failed = false;
    server.behave = (request, response, path) => {
      const query = queryOf(request);
      if (request.method === 'GET' && query.has('uploads')) {
        const upload = (id: string, at: Date): string =>
          `<Upload><Key>deep/er/k</Key><UploadId>${id}</UploadId><Initiated>${at.toISOString()}</Initiated></Upload>`;
        response.end(
          `<?xml version="1.0"?><ListMultipartUploadsResult>${upload('old', new Date(0))}${upload('new', new Date())}</ListMultipartUploadsResult>`,
        );
        return true;
      }
      if (request.method === 'DELETE') {
        aborted.push(query.get('uploadId')!);
        response.writeHead(204).end();
        return true;
      }
      if (request.method === 'POST' && query.has('uploads')) {
        response.end(
          '<?xml version="1.0"?><InitiateMultipartUploadResult><UploadId>mine</UploadId></InitiateMultipartUploadResult>',
        );
        return true;
      }
      const number = Number(query.get('partNumber') ?? 0);
      const body: Buffer[] = [];
      request.on('data', (piece: Buffer) => body.push(piece));
      request.on('end', () => {
        if (number === 2 && !failed) {
          failed = true;
          return fail(response, 503, 'SlowDown');
        }
        if (number > 0) parts.set(number, Buffer.concat(body));
        else server.objects.set(path, Buffer.concat([...parts].sort(([a], [b]) => a - b).map(([, part]) => part)));
        response.setHeader('etag', `"${number}"`);
        response.end(
          number > 0
            ? undefined
            : '<?xml version="1.0"?><CompleteMultipartUploadResult></CompleteMultipartUploadResult>',
        );
      });
      return true;
    };
    let sent = 0;
    const onBytes = (count: number): void => {
      sent += count;
    };
    await upload(store, [{ key: 'k', path: join(folder, 'f'), size: bytes.length, md5: null }], {
      ...options,
      onBytes,
    });
    expect(server.objects.get('bucket/deep/er/k')!.equals(bytes)).toBe(true);
    expect([parts.size, failed, aborted, sent]).toEqual([3, true, ['old'], bytes.length]);
  });
});

describe('errors', () => {
  it.each([
    [403, 'AccessDenied', 'FORBIDDEN', /Check its rights/],
    [403, 'InvalidAccessKeyId', 'UNAUTHORIZED', /access key/],
    [400, 'ExpiredToken', 'UNAUTHORIZED', /session_token/],
    [404, 'NoSuchBucket', 'NOT_FOUND', /no bucket "bucket"/],
    [403, 'RequestTimeTooSkewed', 'UNAVAILABLE', /clock/],
    [400, 'Strange', 'UNAVAILABLE', /400, Strange/],
  ])('%i %s', async (status, code, expected, text) => {
    server.behave = (_request, response) => fail(response, status, code);
    const work = presentIn(
      store,
      'files/md5/',
      ['files/md5/ab/1', 'files/md5/ab/2', 'files/md5/ab/3', 'files/md5/ab/4'],
      {
        ...options,
      },
    );
    const error = await work.then(
      () => null,
      (one: Error & { code: string }) => one,
    );
    if (code === 'AccessDenied') expect(error?.message).toMatch(/403|rights/);
    else {
      expect(error?.message).toMatch(text);
      expect(error?.code).toBe(expected);
    }
    expect(error?.message).not.toContain('top-secret');
  });

  it('without a key say where to put it', async () => {
    const before = { ...process.env };
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    process.env.AWS_EC2_METADATA_DISABLED = 'true';
    process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, 'none');
    process.env.AWS_CONFIG_FILE = join(folder, 'none');
    try {
      const bare = await openS3({ name: 'x', url: 's3://bucket', settings: { endpointurl: server.url } });
      await expect(bare.size('k', never)).rejects.toThrow(/\.dvc\/config\.local/);
      await bare.close();
      writeFileSync(join(folder, 'keys'), '[lab]\naws_access_key_id = lab-key\naws_secret_access_key = s\n');
      const settings = { endpointurl: server.url, profile: 'lab', credentialpath: join(folder, 'keys') };
      delete process.env.AWS_SHARED_CREDENTIALS_FILE;
      let told = '';
      server.behave = (request) => {
        told = request.headers.authorization ?? '';
        return false;
      };
      const named = await openS3({ name: 'x', url: 's3://bucket', settings });
      expect(await named.size('k', never)).toBeNull();
      expect(told).toContain('Credential=lab-key/');
      await named.close();
    } finally {
      process.env = before;
    }
  });
});
