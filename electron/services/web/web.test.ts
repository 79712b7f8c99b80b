import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../../testing/certificate.ts';
import { mayPass } from '../remotes/problems.ts';
import type { Web } from './client.ts';
import { answerProblem } from './problems.ts';
import { createWeb } from './web.ts';

const { signal } = new AbortController();
let folder: string;
const servers: Server[] = [];
const webs: Web[] = [];

const web = (options: Parameters<typeof createWeb>[0] = {}): Web => {
  webs.push(createWeb(options));
  return webs.at(-1)!;
};

async function serve(listener: RequestListener, tls?: { cert: string; key: string }): Promise<string> {
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  servers.push(server as Server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ask = { method: 'GET', signal };
const rejected = (work: Promise<unknown>): Promise<Error & { code?: string; data?: unknown }> =>
  work.then(
    () => expect.unreachable('it should have been refused'),
    (error) => error,
  );

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-web-'));
});
afterEach(() => {
  for (const one of webs.splice(0)) one.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

describe('a request', () => {
  it('sends part of a file with its length, counted, and reads text and JSON back', async () => {
    const file = join(folder, 'f');
    writeFileSync(file, Buffer.alloc(3_000_000, 'abc'));
    const url = await serve(async (request, response) => {
      let size = 0;
      for await (const bytes of request) size += bytes.length;
      response.end(JSON.stringify({ size, told: request.headers['content-length'] }));
    });
    let sent = 0;
    const answer = await web().ask({
      method: 'PUT',
      url,
      signal,
      body: { file, start: 3, size: 2_000_000 },
      onSent: (count) => {
        sent += count;
      },
    });
    expect(await answer.json()).toEqual({ size: 2_000_000, told: '2000000' });
    expect(sent).toBe(2_000_000);
  });

  it('sends nothing of a file that became shorter as a whole one', async () => {
    const file = join(folder, 'f');
    writeFileSync(file, 'short');
    const url = await serve((request, response) => request.on('end', () => response.end()).resume());
    const error = await rejected(web().ask({ method: 'PUT', url, signal, body: { file, size: 100 } }));
    expect(error).toMatchObject({ code: 'CONFLICT' });
  });

  it('hands out a refusal that comes before the body was sent', async () => {
    const file = join(folder, 'f');
    writeFileSync(file, Buffer.alloc(50_000_000));
    const url = await serve((_request, response) => response.writeHead(401).end('no'));
    const client = web();
    const answer = await client.ask({ method: 'PUT', url, signal, body: { file, size: 50_000_000 } });
    expect(answer.status).toBe(401);
    expect(await answer.text()).toBe('no');
    expect((await client.ask({ ...ask, url })).status).toBe(401);
  });

  it('goes on with a fresh connection when the server had closed the idle one', async () => {
    let count = 0;
    const url = await serve((request, response) => {
      count++;
      if (count === 2) return void request.socket.destroy();
      response.end('here');
    });
    const client = web();
    expect(await (await client.ask({ ...ask, url })).text()).toBe('here');
    expect(await (await client.ask({ ...ask, url })).text()).toBe('here');
    expect(count).toBe(3);
  });

  it('is bounded, cut and cancelled with sentences', async () => {
    const stop = new AbortController();
    const url = await serve((request, response) => {
      if (request.url === '/large') return void response.end(Buffer.alloc(10_000));
      if (request.url === '/cut') {
        response.writeHead(200, { 'content-length': 1000 });
        return void response.write('x', () => response.destroy());
      }
      stop.abort();
    });
    const large = await web().ask({ ...ask, url: `${url}/large` });
    expect((await rejected(large.text(9999))).message).toContain('more than 9999 bytes');
    const short = await web().ask({ ...ask, url: `${url}/cut` });
    const error = await rejected(short.text());
    expect(error.message).toContain('ended its answer early');
    expect(mayPass(error)).toBe(true);
    expect(await rejected(web().ask({ ...ask, url: `${url}/hang`, signal: stop.signal }))).toMatchObject({
      code: 'CANCELLED',
    });
  });

  it('gives up on a server that says nothing', async () => {
    const url = await serve(() => {});
    const error = await rejected(web({ timeoutMs: 50 }).ask({ ...ask, url }));
    expect(error.message).toContain('did not answer in time');
    expect(mayPass(error)).toBe(true);
  });
});

describe('a redirect', () => {
  it('keeps credentials at its own origin and drops them at another one', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization, request.headers.cookie);
      response.end('other');
    });
    const url = await serve((request, response) => {
      if (request.url === '/first') return void response.writeHead(307, { location: '/second' }).end();
      seen.push(request.headers.authorization);
      response.writeHead(302, { location: `${other}/x?signature=1` }).end();
    });
    const headers = { Authorization: 'Bearer t', cookie: 'c' };
    const answer = await web().ask({ ...ask, url: `${url}/first`, headers });
    expect(await answer.text()).toBe('other');
    expect(seen).toEqual(['Bearer t', undefined, undefined]);
  });

  it('is handed out when it is asked for, and for what changes something', async () => {
    const url = await serve((_request, response) => response.writeHead(307, { location: '/next' }).end());
    expect((await web().ask({ ...ask, url, redirect: 'manual' })).status).toBe(307);
    expect((await web().ask({ method: 'PUT', url, signal, body: 'x' })).status).toBe(307);
    expect((await rejected(web().ask({ ...ask, url }))).message).toContain('from one address to the next');
  });

  it('never leaves https for http', async () => {
    const tls = selfSigned();
    writeFileSync(join(folder, 'ca.pem'), tls.cert);
    const plain = await serve((_request, response) => response.end('plain'));
    const url = await serve((_request, response) => response.writeHead(302, { location: plain }).end(), tls);
    const error = await rejected(web({ ca: join(folder, 'ca.pem') }).ask({ ...ask, url }));
    expect(error.message).toContain('from https to http');
  });
});

describe('a certificate', () => {
  it('is trusted only with its authority, and the error says what to do', async () => {
    const tls = selfSigned();
    const file = join(folder, 'ca.pem');
    writeFileSync(file, tls.cert);
    const url = await serve((_request, response) => response.end('secret'), tls);
    expect(await (await web({ ca: file }).ask({ ...ask, url })).text()).toBe('secret');
    const error = await rejected(web().ask({ ...ask, url }));
    expect(error.message).toMatch(/certificate of https:\/\/127.*ca of the target/);
    expect(mayPass(error)).toBe(false);
    expect(() => web({ ca: join(folder, 'none') })).toThrow('cannot be read');
  });
});

describe('a status', () => {
  it('becomes a sentence, with what the server asks for and says', () => {
    const of = (status: number, told: string | null = null) =>
      answerProblem({ status, headers: { 'retry-after': '7' } }, 'host', told);
    expect(of(429)).toMatchObject({ code: 'UNAVAILABLE', data: { transient: true, retryAfterMs: 7000, status: 429 } });
    expect(mayPass(of(503))).toBe(true);
    expect([401, 403, 404, 409, 413].map((status) => of(status).code)).toEqual([
      'UNAUTHORIZED',
      'FORBIDDEN',
      'NOT_FOUND',
      'CONFLICT',
      'UNAVAILABLE',
    ]);
    expect([401, 403, 404, 409, 413].some((status) => mayPass(of(status)))).toBe(false);
    expect(of(403, 'no\u0000\u001b[31m way\n').message).toContain('It says: no [31m way.');
  });

  it('comes with no address of secrets', async () => {
    const error = await rejected(web().ask({ ...ask, url: 'http://me:pw@127.0.0.1:1/x?token=t' }));
    expect(error.message).not.toMatch(/pw|token/);
  });
});
