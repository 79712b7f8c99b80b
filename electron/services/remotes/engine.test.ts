import { createHash, randomBytes } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTimeOf } from '../../platform/process-identity.ts';
import { type ObjectServer, startObjectServer } from '../../testing/object-server.ts';
import { download, type EngineOptions, upload } from './engine.ts';
import { openHttp } from './http.ts';
import type { RemoteStore } from './store.ts';

let folder: string;
let server: ObjectServer;
let store: RemoteStore;
let moved: number;
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');
const BIG = randomBytes(3_000_000);
const policy = { attempts: 3, baseMs: 0, maxMs: 0 };
const never = new AbortController().signal;
const options = (over: Partial<EngineOptions> = {}): EngineOptions => ({
  jobs: 4,
  signal: never,
  policy,
  onBytes: (count) => {
    moved += count;
  },
  ...over,
});
const temporary = () => join(folder, 'tmp');
const incoming = (...objects: Buffer[]) =>
  objects.map((bytes) => {
    const hash = md5(bytes);
    return {
      key: `o/${hash}`,
      hash,
      legacy: false,
      path: join(folder, 'cache', hash.slice(0, 2), hash.slice(2)),
      atMost: null,
    };
  });
const fetch = (objects: Buffer[], over: Partial<EngineOptions> = {}) =>
  download(store, incoming(...objects), temporary(), 0o444, options(over));
const arrived = (bytes: Buffer): Buffer => readFileSync(incoming(bytes)[0]!.path);
const ranges = (): (string | null)[] => server.seen.filter(({ method }) => method === 'GET').map((one) => one.range);
/** The first answers are the given ones, then the server is itself again. */
const first = (...answers: NonNullable<ObjectServer['behave']>[]): void => {
  server.behave = (...asked) => answers.shift()?.(...asked) ?? false;
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-engine-'));
  mkdirSync(temporary());
  server = await startObjectServer();
  server.objects.set(`o/${md5(BIG)}`, BIG);
  store = openHttp({ name: 'x', url: server.url, settings: {} });
  moved = 0;
});
afterEach(async () => {
  await store.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('download', () => {
  it('brings objects to their place, read-only, and leaves nothing else', async () => {
    const small = [Buffer.from(''), Buffer.from('a'), Buffer.from('b')];
    for (const bytes of small) server.objects.set(`o/${md5(bytes)}`, bytes);
    expect(await fetch([BIG, ...small])).toEqual({ copied: 4, bytes: BIG.length + 2, missing: [], damaged: [] });
    expect(arrived(BIG).equals(BIG)).toBe(true);
    expect(statSync(incoming(BIG)[0]!.path).mode & 0o777).toBe(0o444);
    expect(readdirSync(temporary())).toEqual([]);
    expect(moved).toBe(BIG.length + 2);
  });

  it('goes on with a range after an answer that was cut', async () => {
    first((_request, response) => {
      response.writeHead(200, { 'content-length': BIG.length });
      response.write(BIG.subarray(0, 1_000_000), () => response.destroy());
      return true;
    });
    expect(await fetch([BIG])).toMatchObject({ copied: 1 });
    expect(ranges()[0]).toBeNull();
    expect(ranges()[1]).toMatch(/^bytes=[1-9]\d*-$/);
    expect(arrived(BIG).equals(BIG)).toBe(true);
    expect(moved).toBe(BIG.length);
  });

  it('starts over where the server knows no ranges, or has less than there is here', async () => {
    const partial = (bytes: Uint8Array): void =>
      writeFileSync(join(temporary(), `partial-${md5(BIG)}-00000000`), bytes);
    partial(BIG.subarray(0, 500_000));
    first((_request, response) => {
      response.writeHead(200, { 'content-length': BIG.length }).end(BIG);
      return true;
    });
    expect(await fetch([BIG])).toMatchObject({ copied: 1 });
    expect(moved).toBe(BIG.length);
    rmSync(join(folder, 'cache'), { recursive: true });
    partial(Buffer.concat([BIG, BIG]));
    expect(await fetch([BIG])).toMatchObject({ copied: 1 });
    expect(arrived(BIG).equals(BIG)).toBe(true);
  });

  it('fetches anew when what an earlier try left is not its beginning', async () => {
    writeFileSync(join(temporary(), `partial-${md5(BIG)}-00000000`), randomBytes(500_000));
    expect(await fetch([BIG])).toMatchObject({ copied: 1, damaged: [] });
    expect(ranges()).toEqual(['bytes=500000-', null]);
    expect(arrived(BIG).equals(BIG)).toBe(true);
  });

  it('asks for nothing when only the name was missing', async () => {
    writeFileSync(join(temporary(), `partial-${md5(BIG)}-00000000`), BIG);
    expect(await fetch([BIG])).toMatchObject({ copied: 1 });
    expect(server.seen).toEqual([]);
  });

  it('takes over what a process that is gone has left, and not what another one writes', async () => {
    const own = `partial-${md5(BIG)}-00000000-${process.pid}-1`;
    writeFileSync(join(temporary(), own), BIG.subarray(0, 700_000));
    expect(await fetch([BIG])).toMatchObject({ copied: 1 });
    expect(ranges()).toEqual(['bytes=700000-']);
    rmSync(join(folder, 'cache'), { recursive: true });
    const running = startTimeOf(process.pid)!.replace(/\W/g, '');
    const busy = `partial-${md5(BIG)}-00000000-${process.pid}-${running}`;
    writeFileSync(join(temporary(), busy), BIG.subarray(0, 700_000));
    await fetch([BIG]);
    expect(ranges()[1]).toBeNull();
    expect(readdirSync(temporary())).toEqual([busy]);
  });

  it('waits for a server that is busy, as long as it asks for', async () => {
    const busy: ObjectServer['behave'] = (_request, response) => {
      response.writeHead(503, { 'retry-after': '0' }).end();
      return true;
    };
    first(busy, busy);
    expect(await fetch([BIG])).toMatchObject({ copied: 1 });
    first(busy, busy, busy);
    rmSync(join(folder, 'cache'), { recursive: true });
    await expect(fetch([BIG])).rejects.toThrow(/cannot answer for now \(503\)/);
    expect(readdirSync(temporary())).toEqual([]);
  });

  it('tries again when nothing comes for too long', async () => {
    first((_request, response) => {
      response.writeHead(200, { 'content-length': BIG.length });
      response.write(BIG.subarray(0, 1000));
      return true;
    });
    expect(await fetch([BIG], { stallMs: 300 })).toMatchObject({ copied: 1 });
    expect(arrived(BIG).equals(BIG)).toBe(true);
  });

  it('keeps what has arrived when it is cancelled, and goes on there', async () => {
    const stop = new AbortController();
    first((_request, response) => {
      response.writeHead(200, { 'content-length': BIG.length });
      response.write(BIG.subarray(0, 1_000_000));
      return true;
    });
    const work = fetch([BIG], {
      signal: stop.signal,
      onBytes: (count) => {
        moved += count;
        if (moved >= 1_000_000) stop.abort();
      },
    });
    await expect(work).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readdirSync(temporary())).toEqual([expect.stringMatching(/^partial-[0-9a-f]{32}-[0-9a-f]{8}$/)]);
    expect(await fetch([BIG])).toMatchObject({ copied: 1 });
    expect(ranges()[1]).toBe('bytes=1000000-');
    expect(arrived(BIG).equals(BIG)).toBe(true);
    expect(readdirSync(temporary())).toEqual([]);
  });

  it('names what is missing and what is damaged, and takes neither', async () => {
    const [gone, bad, good] = [Buffer.from('gone'), Buffer.from('bad'), Buffer.from('good')];
    server.objects.set(`o/${md5(bad)}`, Buffer.from('BAD'));
    server.objects.set(`o/${md5(good)}`, good);
    expect(await fetch([gone, bad, good])).toEqual({
      copied: 1,
      bytes: 4,
      missing: [md5(gone)],
      damaged: [md5(bad)],
    });
    expect(() => arrived(bad)).toThrow();
    expect(readdirSync(temporary())).toEqual([]);
  });

  it('does not let a server send without end', async () => {
    let sent = 0;
    server.behave = (_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        sent += BIG.length;
        if (!response.destroyed) response.write(BIG, more);
      };
      more();
      return true;
    };
    const object = { ...incoming(BIG)[0]!, atMost: 2 * BIG.length };
    expect(await download(store, [object], temporary(), 0o444, options())).toMatchObject({ damaged: [md5(BIG)] });
    expect(sent).toBeGreaterThan(BIG.length);
    expect(readdirSync(temporary())).toEqual([]);
  });

  it('ends at an answer that will not change, with the reason', async () => {
    server.behave = (_request, response) => {
      response.writeHead(403).end();
      return true;
    };
    await expect(fetch([BIG])).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(server.seen).toHaveLength(1);
  });

  it('says that it cannot write, and keeps what was there', async () => {
    // where the object should lie there is a file instead of a folder
    const { path } = incoming(BIG)[0]!;
    mkdirSync(join(folder, 'cache'));
    writeFileSync(join(path, '..'), 'in the way');
    await expect(fetch([BIG])).rejects.toThrow(/Could not write/);
    renameSync(join(path, '..'), join(folder, 'aside'));
    expect(await fetch([BIG])).toMatchObject({ copied: 1 });
  });
});

describe('upload', () => {
  const outgoing = (bytes: Buffer, name = 'f') => {
    writeFileSync(join(folder, name), bytes);
    return [{ key: `up/${name}`, path: join(folder, name), size: bytes.length, md5: md5(bytes) }];
  };

  it('sends files, and again after a server that was busy; progress counts each byte once', async () => {
    first((request, response) => {
      request.resume();
      request.on('end', () => response.writeHead(503, { 'retry-after': '0' }).end());
      return true;
    });
    expect(await upload(store, outgoing(BIG), options())).toEqual({ copied: 1, bytes: BIG.length });
    expect(server.objects.get('up/f')!.equals(BIG)).toBe(true);
    expect(server.seen.map(({ method }) => method)).toEqual(['POST', 'POST']);
    expect(moved).toBe(BIG.length);
  });

  it('says which method a server does not take', async () => {
    server.behave = (request, response) => {
      if (request.method !== 'POST') return false;
      request.resume();
      response.writeHead(405).end();
      return true;
    };
    await expect(upload(store, outgoing(Buffer.from('x')), options())).rejects.toThrow(/method = PUT/);
    const put = openHttp({ name: 'x', url: server.url, settings: { method: 'put' } });
    expect(await upload(put, outgoing(Buffer.from('x')), options())).toMatchObject({ copied: 1 });
    await put.close();
  });

  it('ends soon when it is cancelled', async () => {
    const stop = new AbortController();
    server.behave = () => {
      stop.abort();
      return true;
    };
    await expect(upload(store, outgoing(BIG), options({ signal: stop.signal }))).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

describe('who we are', () => {
  it('goes with each request, and not to another host that a redirect leads to', async () => {
    const other = await startObjectServer();
    other.objects.set('elsewhere', BIG);
    const told: (string | undefined)[] = [];
    other.behave = (request) => {
      told.push(request.headers.authorization);
      return false;
    };
    server.behave = (request, response) => {
      told.push(request.headers.authorization);
      response.writeHead(302, { location: `${other.url}/elsewhere` }).end();
      return true;
    };
    const settings = { auth: 'basic', user: 'ada', password: 'pässword' };
    const named = openHttp({ name: 'x', url: server.url, settings });
    expect(await download(named, incoming(BIG), temporary(), 0o444, options())).toMatchObject({ copied: 1 });
    expect(told).toEqual([`Basic ${Buffer.from('ada:pässword').toString('base64')}`, undefined]);
    await named.close();
    await other.close();
  });

  it('must be complete, and is never in an error', () => {
    const open = (settings: Record<string, string>) => openHttp({ name: 'far', url: 'https://u:p@h/', settings });
    expect(() => open({ auth: 'digest' })).toThrow(/digest/);
    expect(() => open({ auth: 'custom', password: 'secret' })).toThrow(/custom_auth_header/);
    expect(() =>
      openHttp({ name: 'far', url: 'https://h/', settings: { auth: 'basic', ask_password: 'true' } }),
    ).toThrow(/asks for its password/);
    expect(open({}).address).toBe('https://h/');
    expect(() => open({ jobs: 'many' })).toThrow(/jobs of the remote "far" is no number/);
    expect(open({ jobs: '3' }).jobs).toBe(3);
  });
});
