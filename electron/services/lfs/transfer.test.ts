import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LfsServer, startLfsServer } from '../../testing/lfs-server.ts';
import { createGitConfig, parseGitConfig } from '../git/config-file.ts';
import type { Operation } from './endpoint.ts';
import { createHttp } from './http.ts';
import { objectPath, type Store } from './store.ts';
import { type ExchangeOptions, exchange } from './transfer.ts';

let server: LfsServer;
let folder: string;
let store: Store;
const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const bytesOf = (text: string): Buffer => Buffer.from(text);
const wantedOf = (bytes: Buffer) => ({ oid: sha(bytes), size: bytes.length });

function put(bytes: Buffer): { oid: string; size: number } {
  const wanted = wantedOf(bytes);
  const path = objectPath(store, wanted.oid);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return wanted;
}
const run = (
  operation: Operation,
  objects: readonly { oid: string; size: number }[],
  { config = '', ...rest }: Partial<ExchangeOptions> & { config?: string } = {},
) =>
  exchange(operation, objects, {
    http: createHttp(createGitConfig(parseGitConfig(config)), new URL(server.url).origin),
    target: async () => ({ url: `${server.url}/info/lfs`, headers: {} }),
    store,
    ref: 'refs/heads/main',
    signal: new AbortController().signal,
    onBytes: () => {},
    policy: { attempts: 3, baseMs: 1, maxMs: 2 },
    ...rest,
  });
const held = (oid: string): Buffer => readFileSync(objectPath(store, oid));
const incomplete = (): string[] => {
  const path = join(store.folder, 'incomplete');
  return existsSync(path) ? readdirSync(path) : [];
};

beforeEach(async () => {
  server = await startLfsServer();
  folder = mkdtempSync(join(tmpdir(), 'assay-lfs-http-'));
  store = { folder: join(folder, 'lfs'), borrowed: [] };
  vi.stubEnv('HOME', folder);
  vi.stubEnv('XDG_CONFIG_HOME', join(folder, 'xdg'));
  return () => rmSync(folder, { recursive: true, force: true });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

describe('downloads', () => {
  it('come in batches of a hundred and are in the store afterwards', async () => {
    const all = Array.from({ length: 230 }, (_, i) => bytesOf(`object ${i}`));
    for (const bytes of all) server.objects.set(sha(bytes), bytes);
    const done = await run('download', all.map(wantedOf));
    expect(done).toMatchObject({ files: 230, bytes: all.reduce((sum, one) => sum + one.length, 0) });
    expect(server.batches.map((one) => one.objects.length)).toEqual([100, 100, 30]);
    expect(server.batches[0]).toMatchObject({ operation: 'download', ref: { name: 'refs/heads/main' } });
    for (const bytes of all) expect(held(sha(bytes)).equals(bytes)).toBe(true);
    expect(incomplete()).toEqual([]);
  });

  it('report what one object lacks and fetch all others', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map(bytesOf) as [Buffer, Buffer, Buffer];
    for (const bytes of [a, b]) server.objects.set(sha(bytes), bytes);
    server.errors.set(sha(b), { code: 422, message: 'bad\u0007 name' });
    const { files, failed } = await run('download', [a, b, c].map(wantedOf));
    expect(files).toBe(1);
    expect(failed.get(sha(b))!.message).toMatch(/refuses the object .*bad {2}name/);
    expect(failed.get(sha(c))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('that are cut go on where they stopped', async () => {
    const bytes = Buffer.alloc(3_000_000, 'abcdefg');
    server.objects.set(sha(bytes), bytes);
    let cuts = 0;
    server.intercept = (request, response) => {
      if (!request.url?.startsWith('/store/') || cuts >= 2) return false;
      const from = Number(/=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(from ? 206 : 200, {
        'content-length': bytes.length - from,
        ...(from ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
      });
      response.write(bytes.subarray(from, from + 1_000_000), () => response.destroy());
      cuts++;
      return true;
    };
    let counted = 0;
    const onBytes = (more: number): void => {
      counted += more;
    };
    await run('download', [wantedOf(bytes)], { onBytes });
    const ranges = server.asked.filter((one) => one.what.startsWith('GET')).map((one) => one.headers.range);
    expect(ranges[0]).toBeUndefined();
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-2999999$/);
    expect(ranges).toHaveLength(3);
    expect(held(sha(bytes)).equals(bytes)).toBe(true);
    expect(counted).toBe(bytes.length);
  });

  it('go on with what git-lfs left, and begin anew when the server cannot', async () => {
    const bytes = Buffer.alloc(200_000, 'xyz');
    server.objects.set(sha(bytes), bytes);
    mkdirSync(join(store.folder, 'incomplete'), { recursive: true });
    const part = join(store.folder, 'incomplete', `${sha(bytes)}.part`);
    writeFileSync(part, bytes.subarray(0, 150_000));
    await run('download', [wantedOf(bytes)]);
    expect(server.asked.at(-1)!.headers.range).toBe('bytes=150000-199999');
    expect(held(sha(bytes)).equals(bytes)).toBe(true);

    rmSync(objectPath(store, sha(bytes)));
    writeFileSync(part, 'something else');
    server.intercept = (request, response) => {
      if (request.method !== 'GET') return false;
      response.end(bytes);
      return true;
    };
    await run('download', [wantedOf(bytes)]);
    expect(held(sha(bytes)).equals(bytes)).toBe(true);
    expect(incomplete()).toEqual([]);
  });

  it('with a damaged beginning, or too long, never get into the store', async () => {
    const bytes = bytesOf('good content');
    server.objects.set(sha(bytes), bytes);
    mkdirSync(join(store.folder, 'incomplete'), { recursive: true });
    writeFileSync(join(store.folder, 'incomplete', `${sha(bytes)}.part`), 'evil');
    await run('download', [wantedOf(bytes)]);
    expect(held(sha(bytes)).equals(bytes)).toBe(true);
    rmSync(objectPath(store, sha(bytes)));

    for (const bad of ['evil content', 'good content and more']) {
      server.objects.set(sha(bytes), bytesOf(bad));
      await expect(run('download', [wantedOf(bytes)])).rejects.toThrow(/SHA-256|more than/);
      expect(existsSync(objectPath(store, sha(bytes)))).toBe(false);
    }
    expect(server.asked.filter((one) => one.what.startsWith('GET')).length).toBe(8);
  });

  it('can be stopped; what has come is kept', async () => {
    const bytes = Buffer.alloc(500_000, 'q');
    server.objects.set(sha(bytes), bytes);
    const stop = new AbortController();
    server.intercept = (request, response) => {
      if (!request.url?.startsWith('/store/')) return false;
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 300_000));
      return true;
    };
    let came = 0;
    const onBytes = (more: number): void => {
      came += more;
      if (came === 300_000) stop.abort();
    };
    await expect(run('download', [wantedOf(bytes)], { signal: stop.signal, onBytes })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(incomplete()).toEqual([`${sha(bytes)}.part`]);
    server.intercept = null;
    await run('download', [wantedOf(bytes)]);
    expect(server.asked.at(-1)!.headers.range).toBe('bytes=300000-499999');
    expect(held(sha(bytes)).equals(bytes)).toBe(true);
  });
});

describe('uploads', () => {
  it('send what the server lacks, with its length, and verify it', async () => {
    const [a, b] = [put(Buffer.alloc(1_500_000, 'a')), put(bytesOf('b'))];
    server.objects.set(b.oid, bytesOf('b'));
    const done = await run('upload', [a, b]);
    expect(done).toMatchObject({ files: 1, bytes: 1_500_000 });
    expect(server.objects.get(a.oid)!.length).toBe(1_500_000);
    const whats = server.asked.map((one) => one.what);
    expect(whats).toEqual([`POST /repo.git/info/lfs/objects/batch`, `PUT /store/${a.oid}`, 'POST /verify']);
    const { headers } = server.asked[1]!;
    expect(headers).toMatchObject({
      'content-length': '1500000',
      'x-signed': 'yes',
      'content-type': 'application/octet-stream',
    });
    expect(headers['transfer-encoding']).toBeUndefined();
  });

  it.skipIf(process.platform !== 'linux')('that are refused before they are sent leave no file open', async () => {
    const wanted = put(Buffer.alloc(20_000_000, 'a'));
    server.intercept = (request, response) => {
      if (request.method !== 'PUT') return false;
      response.writeHead(422, { connection: 'close' });
      response.end();
      return true;
    };
    await run('upload', [wanted]).catch(() => {});
    const isOpen = (): boolean =>
      readdirSync('/proc/self/fd').some((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`) === objectPath(store, wanted.oid);
        } catch {
          return false;
        }
      });
    await vi.waitFor(() => expect(isOpen()).toBe(false), { timeout: 10_000 });
  });

  it('say which object is nowhere', async () => {
    const { failed } = await run('upload', [wantedOf(bytesOf('lost'))]);
    expect(failed.get(sha(bytesOf('lost')))!.message).toMatch(/neither on this machine nor on the server/);
  });

  it('of too many at once are asked for in smaller batches', async () => {
    const all = Array.from({ length: 10 }, (_, i) => put(bytesOf(`object ${i}`)));
    server.intercept = (request, response, body) => {
      if (!request.url?.endsWith('/batch') || JSON.parse(body.toString()).objects.length <= 3) return false;
      response.writeHead(413);
      response.end();
      return true;
    };
    expect((await run('upload', all)).files).toBe(10);
    expect(Math.max(...server.batches.map((one) => one.objects.length))).toBe(3);
  });
});

describe('a server that has trouble', () => {
  it.each([500, 502, 503, 429])('is asked again after %i, when it says so', async (status) => {
    const wanted = put(bytesOf('x'));
    let refused = 0;
    server.intercept = (_request, response) => {
      if (refused++ >= 2) return false;
      response.writeHead(status, { 'retry-after': '0' });
      response.end();
      return true;
    };
    expect((await run('upload', [wanted])).files).toBe(1);
    expect(server.asked.filter((one) => one.what.endsWith('/batch')).length).toBe(3);
  });

  it('is asked so often and no more', async () => {
    server.intercept = (_request, response) => {
      response.writeHead(503);
      response.end();
      return true;
    };
    await expect(run('upload', [put(bytesOf('x'))])).rejects.toThrow(/cannot answer for now \(503\)/);
    expect(server.asked.length).toBe(3);
  });

  it.each([
    [403, 'FORBIDDEN', /does not let you/],
    [404, 'NOT_FOUND', /no LFS server/],
    [409, 'CONFLICT', /SHA-256/],
    [413, 'UNAVAILABLE', /more than/],
    [422, 'BAD_REQUEST', /refuses/],
    [501, 'UNAVAILABLE', /cannot do this/],
    [507, 'UNAVAILABLE', /full/],
    [509, 'UNAVAILABLE', /quota/],
  ])('is not asked again after %i', async (status, code, message) => {
    server.intercept = (_request, response) => {
      response.writeHead(status);
      response.end('{"message":"because\\u001b[31m"}');
      return true;
    };
    const failed = await run('upload', [put(bytesOf('x'))]).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code });
    expect((failed as Error).message).toMatch(message);
    expect((failed as Error).message).toContain('"because [31m"');
    expect(server.asked.length).toBe(1);
  });

  it('that is none is named without user and password', async () => {
    server.intercept = (_request, response) => {
      response.end('<html>hello</html>');
      return true;
    };
    const target = async () => ({ url: server.url.replace('://', '://anna:secret@'), headers: {} });
    const failed = await run('upload', [put(bytesOf('x'))], { target }).catch((error: unknown) => error);
    expect((failed as Error).message).toMatch(/something else than the LFS API/);
    expect((failed as Error).message).not.toMatch(/anna|secret/);
  });

  it('that cannot be reached is said to be so', async () => {
    await server.close();
    await expect(run('upload', [put(bytesOf('x'))])).rejects.toThrow(/cannot be reached/);
  });

  it('whose leave has ended is asked for another one', async () => {
    const wanted = put(bytesOf('x'));
    let expired = 0;
    server.intercept = (request, response) => {
      if (request.method !== 'PUT' || expired++ > 0) return false;
      response.writeHead(401);
      response.end();
      return true;
    };
    expect((await run('upload', [wanted])).files).toBe(1);
    expect(server.batches.length).toBe(2);
  });
});

describe('credentials', () => {
  const login = `Basic ${Buffer.from('anna:s3cret:x').toString('base64')}`;
  const object = bytesOf('mine');
  const download = (config = '') => run('download', [wantedOf(object)], { config });
  const sent = (): (string | undefined)[] => server.asked.map((one) => one.headers.authorization);
  beforeEach(() => {
    server.login = login;
    server.objects.set(sha(object), object);
  });

  it('are none: the sentence says where to put them', async () => {
    await expect(download()).rejects.toThrow(/does not know who you are .*netrc/);
  });

  it('come from netrc', async () => {
    writeFileSync(
      join(folder, '.netrc'),
      'machine 127.0.0.1\n  login anna password s3cret:x\ndefault login x password y\n',
    );
    expect((await download()).files).toBe(1);
    // asked without first, then with, and from then on with
    expect(sent()).toEqual([undefined, login, login]);
  });

  it('come from the file of credential.helper = store', async () => {
    writeFileSync(
      join(folder, '.git-credentials'),
      `${new URL(server.url).origin.replace('://', '://anna:s3cret%3Ax@')}\n`,
    );
    await expect(download()).rejects.toThrow(/401/);
    expect((await download('[credential]\nhelper = store\n')).files).toBe(1);
    // git itself writes the port so, and may be told of another file
    rmSync(objectPath(store, sha(object)));
    writeFileSync(
      join(folder, 'elsewhere'),
      `https://x:y@other.example\nhttp://anna:s3cret%3ax@${new URL(server.url).host.replace(':', '%3a')}\n`,
    );
    const config = `[credential]\nhelper = store --file=${join(folder, 'elsewhere')}\n`;
    expect((await download(config)).files).toBe(1);
  });

  it('come from http.<url>.extraHeader of that server only', async () => {
    await expect(download(`[http "https://other.example"]\nextraHeader = Authorization: ${login}\n`)).rejects.toThrow();
    expect(
      (await download(`[http "${new URL(server.url).origin}/"]\nextraHeader = AUTHORIZATION: ${login}\n`)).files,
    ).toBe(1);
  });

  it('come from the environment, for a server that the person named', async () => {
    vi.stubEnv('ASSAY_LFS_USER', 'anna');
    vi.stubEnv('ASSAY_LFS_TOKEN', 's3cret:x');
    expect((await download()).files).toBe(1);
    rmSync(objectPath(store, sha(object)));
    const http = createHttp(createGitConfig([]), null);
    await expect(run('download', [wantedOf(object)], { http })).rejects.toThrow(/401/);
  });

  it('in the address go along at once', async () => {
    const target = async () => ({ url: `${server.url.replace('://', '://anna:s3cret%3Ax@')}/info/lfs`, headers: {} });
    server.authenticated = true;
    expect((await run('download', [wantedOf(object)], { target })).files).toBe(1);
    // the object is "authenticated": its action gets nothing of ours
    expect(sent()).toEqual([login, undefined]);
  });

  it('that git-lfs-authenticate gave are used as they are', async () => {
    const target = async () => ({ url: `${server.url}/info/lfs`, headers: { Authorization: login } });
    server.authenticated = true;
    expect((await run('download', [wantedOf(object)], { target })).files).toBe(1);
  });

  it('that one server gave never follow to another one', async () => {
    const other = await startLfsServer();
    try {
      other.objects.set(sha(object), object);
      server.authenticated = true;
      server.intercept = (request, response) => {
        if (!request.url?.endsWith('/objects/batch')) return false;
        response.writeHead(307, { location: `${new URL(other.url).origin}${request.url}` });
        response.end();
        return true;
      };
      const target = async () => ({ url: `${server.url}/info/lfs`, headers: { Authorization: login } });
      expect((await run('download', [wantedOf(object)], { target })).files).toBe(1);
      expect(other.asked.map((one) => one.headers.authorization)).toEqual([undefined, undefined]);
    } finally {
      await other.close();
    }
  });

  it('never follow to another origin', async () => {
    writeFileSync(join(folder, '.netrc'), `machine 127.0.0.1 login anna password s3cret:x\n`);
    const other = await startLfsServer();
    try {
      other.objects.set(sha(object), object);
      server.intercept = (request, response) => {
        if (!request.url?.startsWith('/store/')) return false;
        response.writeHead(302, {
          location: `${new URL(other.url).origin.replace('127.0.0.1', 'localhost')}${request.url}`,
        });
        response.end();
        return true;
      };
      expect((await download()).files).toBe(1);
      expect(other.asked.map((one) => one.headers.authorization)).toEqual([undefined]);
    } finally {
      await other.close();
    }
  });
});
