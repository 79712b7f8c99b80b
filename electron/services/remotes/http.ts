import { createReadStream } from 'node:fs';
import { Agent, type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../../shared/errors.ts';
import { isOn, numberOf, publicUrl, type RemoteSettings } from './address.ts';
import { cancelled, networkProblem, passing, statusProblem } from './problems.ts';
import type { RemoteStore } from './store.ts';
import { tlsOptions } from './tls.ts';

const MAX_REDIRECTS = 5;

type Ask = {
  readonly method: string;
  readonly headers?: Record<string, string | number>;
  readonly signal: AbortSignal;
  /** sends the body; the request waits for it */
  readonly body?: ((request: NodeJS.WritableStream) => Promise<void>) | undefined;
};

/**
 * A remote behind plain HTTP: GET and HEAD, uploads with the remote's `method` (POST unless it says PUT). It cannot list.
 * @throws AppError BAD_REQUEST for options that cannot be used
 */
export function openHttp(remote: RemoteSettings): RemoteStore {
  const { name, url, settings } = remote;
  const address = publicUrl(url);
  const base = new URL(url);
  const own = authOf(name, base, settings);
  base.username = '';
  base.password = '';
  const tls = tlsOptions(settings.ssl_verify);
  const keep = { keepAlive: true, maxSockets: 64, proxyEnv: process.env };
  const agents = { plain: new Agent(keep), secure: new SecureAgent({ ...keep, ...tls }) };
  const idleMs = numberOf(remote, 'read_timeout', numberOf(remote, 'connect_timeout', 60)) * 1000;
  const method = (settings.method ?? 'POST').toUpperCase();

  const urlOf = (key: string): URL => {
    const target = new URL(base);
    target.pathname = `${base.pathname.replace(/\/$/, '')}/${key}`;
    return target;
  };

  /** One request. Whoever gets the answer must read or destroy it. */
  const send = (target: URL, { method: verb, headers, signal, body }: Ask): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(cancelled());
      const secure = target.protocol === 'https:';
      const request = (secure ? secureRequest : plainRequest)(target.href, {
        method: verb,
        agent: secure ? agents.secure : agents.plain,
        headers: { ...(target.origin === base.origin ? own : {}), 'accept-encoding': 'identity', ...headers },
        signal,
        timeout: idleMs,
      });
      const fail = (error: unknown): void =>
        reject(signal.aborted ? cancelled() : (networkProblem(error, address) ?? strange(error)));
      request.on('timeout', () => request.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
      request.on('error', fail);
      request.on('response', resolve);
      if (!body) request.end();
      else
        body(request).catch((error) => {
          request.destroy();
          fail(error);
        });
    });

  const strange = (error: unknown): AppError =>
    error instanceof AppError
      ? error
      : passing(`${address} did not answer as HTTP servers do. Check the address of the remote.`, null, error);

  const follow = async (target: URL, ask: Ask): Promise<IncomingMessage> => {
    let at = target;
    for (let hops = 0; ; hops++) {
      const answer = await send(at, ask);
      const { location } = answer.headers;
      if (![301, 302, 303, 307, 308].includes(answer.statusCode!) || !location) return answer;
      answer.destroy();
      const next = URL.parse(location, at.href);
      if (hops === MAX_REDIRECTS || !next || !/^https?:$/.test(next.protocol))
        throw new AppError('UNAVAILABLE', `${address} sends from one address to the next. Check the remote's address.`);
      if (at.protocol === 'https:' && next.protocol === 'http:')
        throw new AppError('UNAVAILABLE', `${address} sends from https to http, which is not followed. Check it.`);
      at = next;
    }
  };

  const problem = (answer: IncomingMessage): AppError => {
    answer.destroy();
    return statusProblem(answer.statusCode!, address, answer.headers['retry-after'] ?? null);
  };
  const isMissing = ({ statusCode }: IncomingMessage): boolean => statusCode === 404 || statusCode === 410;
  const lengthOf = ({ headers }: IncomingMessage): number => Number(headers['content-length'] ?? Number.NaN);

  return {
    address,
    jobs: numberOf(remote, 'jobs', 8),
    list: null,
    anyPrefix: false,
    async size(key, signal) {
      let answer = await follow(urlOf(key), { method: 'HEAD', signal });
      // a server that was made for GET only
      if ([405, 501].includes(answer.statusCode!)) {
        answer.destroy();
        answer = await follow(urlOf(key), { method: 'GET', headers: { range: 'bytes=0-0' }, signal });
        const whole = /\/(\d+)$/.exec(answer.headers['content-range'] ?? '')?.[1];
        answer.destroy();
        if (answer.statusCode === 206) return Number(whole ?? Number.NaN);
        if (answer.statusCode === 416) return 0;
      }
      answer.resume();
      if (isMissing(answer)) return null;
      if (answer.statusCode !== 200) throw problem(answer);
      return lengthOf(answer);
    },
    async get(key, sink, signal) {
      const from = sink.offset;
      const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
      let answer = await follow(urlOf(key), { method: 'GET', headers, signal });
      if (answer.statusCode === 416) {
        answer.destroy();
        sink.restart();
        answer = await follow(urlOf(key), { method: 'GET', signal });
      }
      if (isMissing(answer)) {
        answer.destroy();
        return false;
      }
      if (answer.statusCode !== 200 && answer.statusCode !== 206) throw problem(answer);
      const start =
        answer.statusCode === 206 ? Number(/^bytes (\d+)-/.exec(answer.headers['content-range'] ?? '')?.[1]) : 0;
      if (start !== sink.offset) sink.restart();
      if (start !== sink.offset) {
        answer.destroy();
        throw passing(`${address} sent another part of an object than it was asked for. Try again.`);
      }
      const expected = lengthOf(answer);
      let got = 0;
      try {
        for await (const bytes of answer as AsyncIterable<Buffer>) {
          got += bytes.length;
          sink.write(bytes);
        }
      } catch (error) {
        if (signal.aborted) throw cancelled();
        throw error instanceof AppError ? error : (networkProblem(error, address) ?? cut());
      }
      if (!answer.complete || (Number.isFinite(expected) && got !== expected)) throw cut();
      return true;

      function cut(): AppError {
        return passing(`${address} ended its answer early. Check the network, then run this again.`);
      }
    },
    async put({ key, path, size }, signal, onBytes) {
      const answer = await send(urlOf(key), {
        method,
        headers: { 'content-length': size, 'content-type': 'application/octet-stream' },
        signal,
        body: (request) => {
          const file = createReadStream(path);
          file.on('data', (bytes) => onBytes(bytes.length));
          return pipeline(file, request);
        },
      });
      answer.resume();
      const status = answer.statusCode!;
      if (status >= 200 && status < 300) return;
      if (isMissing(answer) || status === 405 || status === 501)
        throw new AppError(
          'UNAVAILABLE',
          `${address} takes no uploads with ${method} (${status}). Perhaps it wants "method = ${method === 'PUT' ? 'POST' : 'PUT'}" in the remote's options, or its url is wrong.`,
        );
      if (status === 413)
        throw new AppError(
          'UNAVAILABLE',
          `${address} does not take files of ${size} bytes (413). Its administrator can raise the limit.`,
        );
      throw problem(answer);
    },
    async close() {
      agents.plain.destroy();
      agents.secure.destroy();
    },
  };
}

/** The headers that say who we are. */
function authOf(name: string, base: URL, settings: RemoteSettings['settings']): Record<string, string> {
  const fail = (what: string): never => {
    throw new AppError(
      'BAD_REQUEST',
      `The remote "${name}" ${what} Set it with "dvc remote modify --local ${name} …".`,
    );
  };
  const auth = settings.auth?.toLowerCase();
  const user = settings.user ?? decodeURIComponent(base.username);
  const password = settings.password ?? decodeURIComponent(base.password);
  if (auth === 'digest') fail('has auth = digest, which neither DVC nor Assay can do.');
  if (auth !== undefined && password === '' && isOn(settings.ask_password, false))
    fail('asks for its password each time, which Assay cannot do.');
  if (auth === 'custom') {
    if (!settings.custom_auth_header || password === '')
      fail('has auth = custom, and lacks custom_auth_header or password.');
    return { [settings.custom_auth_header!]: password };
  }
  if (auth === 'basic' && (user === '' || password === '')) fail('has auth = basic, and lacks user or password.');
  if (auth !== 'basic' && user === '') return {};
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}
