import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Contract } from '../../shared/contract/index.ts';
import { ARTIFACT_CSP, PAGE_CSP } from '../../shared/serving.ts';
import { silentLog } from '../platform/log.ts';
import { askForLink, readServerFile } from './control.ts';
import { type Serving, serve } from './serve.ts';
import { MAX_MESSAGE_BYTES } from './sockets.ts';
import { type Answer, askExactly, makePlace, type Place, smallServices } from './testing.ts';

let place: Place;
let serving: Serving;
let now = 1_000_000;

const start = (): Promise<Serving> =>
  serve({
    services: smallServices(place.artifacts, {
      'report.html': 'text/html',
      'a.svg': 'image/svg+xml',
      'code.js': 'text/javascript',
    }),
    dataFolder: place.data,
    staticFolder: place.page,
    log: silentLog,
    port: 0,
    clock: { now: () => now },
    routeOf: (folder) => Promise.resolve(`/p/${folder.length}/runs`),
  });

beforeEach(async () => {
  place = makePlace();
  serving = await start();
});
afterEach(async () => {
  await serving.close();
  place.dispose();
});

const ask = (target: string, headers: Record<string, string> = {}, method = 'GET', body?: string): Promise<Answer> =>
  askExactly(serving.port, target, headers, method, body);

const targetOf = (link: string): string => link.slice(link.indexOf('/', 'http://'.length));

/** A session as a browser gets it: through a link. */
async function signIn(): Promise<string> {
  const { headers } = await ask(targetOf(serving.link()));
  return headers['set-cookie']![0]!.split(';')[0]!;
}

describe('the token', () => {
  it('lets nobody in without one', async () => {
    for (const target of ['/', '/p/x/runs', '/raw/p/r/a', '/assets/index-abcd1234.js', '/nothing']) {
      expect((await ask(target)).status, target).toBe(401);
    }
    expect(await ask('/health')).toMatchObject({ status: 200, body: 'ok\n' });
  });

  it('becomes a strict cookie with another value, leaves the address, and works once', async () => {
    const link = serving.link('/p/x/runs?sort=loss');
    const answer = await ask(targetOf(link));
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/p/x/runs?sort=loss');
    const cookie = answer.headers['set-cookie']![0]!;
    expect(cookie).toMatch(/^assay-[0-9a-f]{8}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    expect(cookie).not.toContain(new URL(link).searchParams.get('token'));
    expect((await ask('/p/x/runs', { cookie: cookie.split(';')[0]! })).status).toBe(200);
    expect((await ask(targetOf(link))).status).toBe(401);
    // the same link in the same browser leads where it did before
    expect((await ask(targetOf(link), { cookie: cookie.split(';')[0]! })).status).toBe(303);
  });

  it('is not taken by a frame or a picture, nor does the cookie get lost behind another site’s link', async () => {
    const link = targetOf(serving.link());
    expect(
      (await ask(link, { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' }))
        .status,
    ).toBe(403);
    expect(
      (await ask(link, { 'sec-fetch-dest': 'image', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }))
        .status,
    ).toBe(403);
    const clicked = await ask(link, {
      'sec-fetch-dest': 'document',
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
    });
    expect(clicked.status).toBe(200);
    expect(clicked.headers['set-cookie']).toHaveLength(1);
    expect(clicked.body).toContain('http-equiv="refresh" content="0;url=/"');
  });

  it('does not lead to another host', async () => {
    for (const target of ['//evil.example/?token=x', '/\\evil.example/?token=x', 'http://evil.example/?token=x']) {
      expect((await ask(target)).status, target).toBe(400);
    }
  });

  it('makes whoever guesses wait, longer each time, and a session is not harmed by it', async () => {
    const cookie = await signIn();
    for (let i = 0; i < 5; i++) expect((await ask('/?token=wrong')).status).toBe(401);
    const good = targetOf(serving.link());
    const waiting = await ask(good);
    expect(waiting.status).toBe(429);
    expect(Number(waiting.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask('/', { cookie })).status).toBe(200);
    now += 501;
    expect((await ask('/?token=wrong')).status).toBe(401);
    now += 501;
    expect((await ask(good)).status).toBe(429);
    now += 501;
    expect((await ask(good)).status).toBe(303);
  });

  it('keeps the session over a restart, as a hash in a file for this user alone, and no longer than 30 days', async () => {
    const cookie = await signIn();
    await serving.close();
    const file = join(place.data, 'sessions.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(cookie.split('=')[1]);
    serving = await start();
    expect((await ask('/', { cookie })).status).toBe(200);
    now += 31 * 24 * 3600_000;
    expect((await ask('/', { cookie })).status).toBe(401);
  });

  it('lets a browser into every server on the same data folder: they share one cookie’s name', async () => {
    const cookie = await signIn();
    const first = serving;
    serving = await start();
    expect((await ask('/', { cookie })).status).toBe(200);
    const second = await signIn();
    expect(second.split('=')[0]).toBe(cookie.split('=')[0]);
    await serving.close();
    serving = first;
    for (const one of [cookie, second]) expect((await ask('/', { cookie: one })).status).toBe(200);
  });

  it('is asked for by another process of this user, and by nobody else', async () => {
    const file = readServerFile(place.data)!;
    expect(statSync(join(place.data, 'server.json')).mode & 0o777).toBe(0o600);
    const got = await askForLink(place.data, '/abc');
    expect(got?.server.port).toBe(serving.port);
    expect(new URL(got!.url).pathname).toBe('/p/4/runs');
    expect((await ask(targetOf(got!.url))).status).toBe(303);
    const authorization = `Bearer ${file.secret}`;
    expect((await ask('/control/link', { authorization: 'Bearer wrong' }, 'POST')).status).toBe(403);
    expect((await ask('/control/link', {}, 'POST')).status).toBe(403);
    expect(
      (await ask('/control/link', { authorization, origin: `http://127.0.0.1:${serving.port}` }, 'POST')).status,
    ).toBe(403);
    expect((await ask('/control/link', { authorization }, 'POST', '{}')).status).toBe(200);
    await serving.close();
    expect(readServerFile(place.data)).toBeNull();
    expect(await askForLink(place.data)).toBeNull();
    serving = await start();
  });
});

describe('Host and Origin', () => {
  it('answers only to names of this machine', async () => {
    const cookie = await signIn();
    for (const host of [
      'evil.example',
      `evil.example:${serving.port}`,
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      'a b',
      '[::1',
      '127.0.0.1:99999999',
    ]) {
      expect((await ask('/', { host, cookie })).status, host).toBe(403);
      expect((await ask('/health', { host })).status, host).toBe(403);
    }
    for (const host of [
      `127.0.0.1:${serving.port}`,
      `localhost:${serving.port}`,
      `[::1]:${serving.port}`,
      'localhost:9000',
    ]) {
      expect((await ask('/', { host, cookie })).status, host).toBe(200);
    }
  });

  it('refuses every method that could change something from another origin', async () => {
    const cookie = await signIn();
    for (const origin of [
      'http://evil.example',
      'null',
      `http://127.0.0.1:${serving.port + 1}`,
      `http://localhost:${serving.port}`,
    ]) {
      expect((await ask('/', { cookie, origin }, 'POST')).status, origin).toBe(403);
    }
    expect((await ask('/', { cookie }, 'DELETE')).status).toBe(403);
    expect((await ask('/', { cookie, origin: `http://127.0.0.1:${serving.port}` }, 'POST')).status).toBe(405);
  });

  it('refuses what another site embeds or fetches, and allows nobody to read across origins', async () => {
    const cookie = await signIn();
    for (const site of ['cross-site', 'same-site']) {
      expect((await ask('/raw/p/r/a', { cookie, 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' })).status).toBe(
        403,
      );
    }
    const { headers } = await ask('/', { cookie, origin: 'http://evil.example' });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
  });
});

describe('the page', () => {
  it('comes with its policy, and is kept only where its name has a hash', async () => {
    const cookie = await signIn();
    const index = await ask('/p/x/runs/0123', { cookie });
    expect(index.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': PAGE_CSP,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(PAGE_CSP).not.toContain('unsafe-eval');
    const script = await ask('/assets/index-abcd1234.js', { cookie });
    expect(script.headers['cache-control']).toContain('immutable');
    expect(script.headers['content-type']).toContain('text/javascript');
    expect((await ask('/assets/gone-abcd1234.js', { cookie })).status).toBe(404);
  });

  it('is sent compressed where the build left it so', async () => {
    const cookie = await signIn();
    writeFileSync(join(place.page, 'assets', 'index-abcd1234.js.gz'), 'zipped');
    const zipped = await ask('/assets/index-abcd1234.js', { cookie, 'accept-encoding': 'gzip, br' });
    expect(zipped).toMatchObject({
      body: 'zipped',
      headers: { 'content-encoding': 'gzip', 'content-type': 'text/javascript; charset=utf-8' },
    });
    expect((await ask('/assets/index-abcd1234.js', { cookie })).body).toContain('ran');
  });

  it('gives nothing from outside its folder', async () => {
    const cookie = await signIn();
    symlinkSync(join(place.root, 'secret.txt'), join(place.page, 'linked.txt'));
    symlinkSync(place.root, join(place.page, 'folder'));
    const ways = [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e%2fsecret.txt',
      '/%252e%252e%252fsecret.txt',
      '/..\\secret.txt',
      '/..%5csecret.txt',
      '/assets/../../secret.txt',
      '/linked.txt',
      '/folder/secret.txt',
      '/%00secret.txt',
      `/${encodeURIComponent(join(place.root, 'secret.txt'))}`,
      '/%',
      '/assets/%c0%ae%c0%ae/secret.txt',
    ];
    for (const way of ways) expect((await ask(way, { cookie })).body, way).not.toContain('secret');
  });

  it('says what to do when it has not been built', async () => {
    const cookie = await signIn();
    rmSync(join(place.page, 'index.html'));
    expect(await ask('/', { cookie })).toMatchObject({ status: 503, body: expect.stringContaining('npm run build') });
  });
});

describe('artifacts', () => {
  beforeEach(() => {
    writeFileSync(join(place.artifacts, 'a.bin'), '0123456789');
    writeFileSync(join(place.artifacts, 'report.html'), '<script>document.title = 1</script>');
    writeFileSync(join(place.artifacts, 'a.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    writeFileSync(join(place.artifacts, 'code.js'), 'alert(1)');
    mkdirSync(join(place.artifacts, 'ü "x" #?'));
    writeFileSync(join(place.artifacts, 'ü "x" #?', 'é.txt'), 'found');
  });

  it('cannot reach anything of ours: an opaque origin, no connections, and no type that the page could run', async () => {
    const cookie = await signIn();
    for (const name of ['report.html', 'a.svg', 'a.bin', 'code.js']) {
      const { headers } = await ask(`/raw/p/r/${name}`, { cookie });
      expect(headers['content-security-policy'], name).toBe(ARTIFACT_CSP);
      expect(headers['x-content-type-options'], name).toBe('nosniff');
    }
    expect(ARTIFACT_CSP).toMatch(/^sandbox allow-scripts; default-src 'none'/);
    expect(ARTIFACT_CSP).not.toMatch(/allow-same-origin|allow-popups|allow-top|allow-forms|connect-src/);
    expect((await ask('/raw/p/r/code.js', { cookie })).headers['content-type']).toBe('text/plain; charset=utf-8');
    for (const dest of ['script', 'style', 'worker', 'serviceworker']) {
      expect((await ask('/raw/p/r/code.js', { cookie, 'sec-fetch-dest': dest })).status, dest).toBe(403);
    }
    // what such a document would send: its origin is "null", and a strict cookie does not go with it
    expect((await ask('/', { cookie, origin: 'null' }, 'POST')).status).toBe(403);
    expect((await ask('/raw/p/r/a.bin', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it('come whole, in ranges, and as downloads, under any name', async () => {
    const cookie = await signIn();
    expect(await ask('/raw/p/r/a.bin', { cookie })).toMatchObject({
      status: 200,
      body: '0123456789',
      headers: { 'accept-ranges': 'bytes' },
    });
    const part = await ask('/raw/p/r/a.bin', { cookie, range: 'bytes=2-4' });
    expect(part).toMatchObject({
      status: 206,
      body: '234',
      headers: { 'content-range': 'bytes 2-4/10', 'content-length': '3' },
    });
    expect((await ask('/raw/p/r/a.bin', { cookie, range: 'bytes=-3' })).body).toBe('789');
    expect((await ask('/raw/p/r/a.bin', { cookie, range: 'bytes=7-' })).body).toBe('789');
    expect(await ask('/raw/p/r/a.bin', { cookie, range: 'bytes=10-' })).toMatchObject({
      status: 416,
      headers: { 'content-range': 'bytes */10' },
    });
    const named = await ask(`/raw/p/r/${['ü "x" #?', 'é.txt'].map(encodeURIComponent).join('/')}?download`, { cookie });
    expect(named).toMatchObject({
      body: 'found',
      headers: { 'content-disposition': `attachment; filename="_.txt"; filename*=UTF-8''%C3%A9.txt` },
    });
    expect(await ask('/raw/p/r/a.bin', { cookie }, 'HEAD')).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '10' },
    });
    expect((await ask('/raw/p/other/a.bin', { cookie })).status).toBe(404);
  });

  it('stay inside the run', async () => {
    const cookie = await signIn();
    symlinkSync(join(place.root, 'secret.txt'), join(place.artifacts, 'link'));
    const ways = [
      '..%2fsecret.txt',
      '%2e%2e/secret.txt',
      '../secret.txt',
      '..%5csecret.txt',
      '%252e%252e%252fsecret.txt',
      'link',
      'a%00',
      '',
      '%',
      'x//a.bin',
    ];
    for (const way of ways) {
      const { status, body } = await ask(`/raw/p/r/${way}`, { cookie });
      expect(body, way).not.toBe('secret');
      // a path that a URL tidies to a route of the app is the app
      if (!way.startsWith('../') && !way.startsWith('%2e%2e/')) expect([400, 404], way).toContain(status);
    }
  });
});

describe('the socket', () => {
  const connect = (headers: Record<string, string>, path = '/ws'): Promise<WebSocket> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${serving.port}${path}`, { headers });
      socket.on('open', () => resolve(socket));
      socket.on('error', reject);
    });
  const own = (): string => `http://127.0.0.1:${serving.port}`;

  it('carries the contract', async () => {
    const socket = await connect({ cookie: await signIn(), origin: own() });
    const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ websocket: socket as never }));
    expect(await client.system.info()).toMatchObject({ platform: 'test' });
    const events = await client.system.events();
    expect((await events.next()).value).toMatchObject({ topic: 'settings' });
    await events.return?.(undefined);
    socket.close();
  });

  it('is for our own page with a session only', async () => {
    const cookie = await signIn();
    for (const [headers, status] of [
      [{ cookie }, 403],
      [{ cookie, origin: 'null' }, 403],
      [{ cookie, origin: 'http://evil.example' }, 403],
      [{ cookie, origin: `http://127.0.0.1:${serving.port + 1}` }, 403],
      [{ cookie, origin: own(), host: 'evil.example' }, 403],
      [{ origin: own() }, 401],
      [{ origin: own(), cookie: `${cookie}x` }, 401],
    ] as const) {
      await expect(connect(headers), JSON.stringify(headers)).rejects.toThrow(String(status));
    }
    await expect(connect({ cookie, origin: own() }, '/elsewhere')).rejects.toThrow('404');
  });

  it('is closed by a message that is too large', async () => {
    const socket = await connect({ cookie: await signIn(), origin: own() });
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    socket.send(Buffer.alloc(MAX_MESSAGE_BYTES + 1));
    expect(await closed).toBe(1009);
  });

  it('tells pages when the server ends, and the server really ends', async () => {
    const socket = await connect({ cookie: await signIn(), origin: own() });
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    await serving.close();
    expect(await closed).toBe(1001);
    await expect(ask('/health')).rejects.toThrow();
    serving = await start();
  });
});

it('says in a sentence that a port is taken', async () => {
  const again = serve({
    services: smallServices(place.artifacts),
    dataFolder: place.data,
    staticFolder: place.page,
    log: silentLog,
    port: serving.port,
  });
  await expect(again).rejects.toThrow(/Port \d+ is taken by another program\. Choose another with --port/);
});
