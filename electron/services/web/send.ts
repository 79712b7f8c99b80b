import { createReadStream } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { AppError } from '../../../shared/errors.ts';
import { cancelled, codeOf } from '../remotes/problems.ts';
import type { Agents } from './agents.ts';
import type { WebAsk, WebBody } from './client.ts';
import { connectionProblem } from './problems.ts';

const IDLE_MS = 120_000;
/** Large pieces: sending a model is bound by calls, not by memory. */
const PIECE = 1024 * 1024;

export type Sent = {
  readonly ask: WebAsk;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly agents: Agents;
  readonly address: string;
  readonly idleMs: number | undefined;
};

/**
 * One request; whoever gets the answer must read or destroy it. A connection that the server had closed while it lay idle is no reason to
 * fail: what may be repeated is sent once more on a fresh one.
 */
export async function send(sent: Sent): Promise<IncomingMessage> {
  const repeatable = sent.ask.method !== 'POST' && sent.ask.method !== 'PATCH';
  return once(sent, repeatable).catch((error) => {
    if (error !== STALE) throw error;
    return once(sent, false);
  });
}

const STALE = new Error('the connection had been closed');

function once({ ask, url, headers, agents, address, idleMs }: Sent, mayBeStale: boolean): Promise<IncomingMessage> {
  const { signal, body, onSent } = ask;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelled());
    const secure = url.protocol === 'https:';
    let left = 0;
    let answered = false;
    const stopBody = new AbortController();
    const request = (secure ? secureRequest : plainRequest)(url.href, {
      method: ask.method,
      agent: secure ? agents.secure : agents.plain,
      headers: { 'accept-encoding': 'identity', ...lengthOf(ask.method, body), ...headers },
      signal,
      timeout: idleMs ?? IDLE_MS,
    });
    const fail = (error: unknown): void => {
      stopBody.abort();
      // what comes after the answer is the answer's own trouble
      if (answered) return;
      answered = true;
      if (left > 0) onSent?.(-left);
      const stale = mayBeStale && request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(codeOf(error));
      reject(signal.aborted ? cancelled() : stale ? STALE : connectionProblem(error, address));
    };
    request.on('timeout', () => request.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
    request.on('error', fail);
    request.on('response', (message) => {
      answered = true;
      // a server that refuses does not want the rest of the body, and its connection is of no use afterwards
      if (message.statusCode! >= 300 && !request.writableFinished) {
        stopBody.abort();
        message.once('close', () => request.destroy());
      }
      resolve(message);
    });
    write(request, body, stopBody.signal, (count) => {
      left += count;
      onSent?.(count);
    }).catch((error) => {
      if (answered) return;
      request.destroy();
      fail(error);
    });
  });
}

function lengthOf(method: string, body: WebBody | undefined): Record<string, string> {
  if (body === undefined) return method === 'GET' || method === 'HEAD' ? {} : { 'content-length': '0' };
  return { 'content-length': String(sizeOf(body)) };
}

const sizeOf = (body: WebBody): number =>
  typeof body === 'string' ? Buffer.byteLength(body) : 'byteLength' in body ? body.byteLength : body.size;

async function write(
  request: ClientRequest,
  body: WebBody | undefined,
  stop: AbortSignal,
  onSent: (count: number) => void,
): Promise<void> {
  if (body === undefined || sizeOf(body) === 0) return void request.end();
  if (typeof body === 'string' || 'byteLength' in body) {
    request.end(body);
    onSent(sizeOf(body));
    return;
  }
  const source = 'file' in body ? readPart(body) : body.pieces();
  let read = 0;
  // no pipeline: a body that stops must not take its request with it, because the answer may still be read
  for await (const piece of source) {
    if (stop.aborted || request.destroyed) return;
    read += piece.length;
    const room = request.write(piece);
    onSent(piece.length);
    if (!room) await drained(request, stop);
  }
  if (stop.aborted) return;
  if (read !== body.size) {
    const what = 'file' in body ? body.file : 'A file';
    throw new AppError('CONFLICT', `${what} changed while it was sent. Run this again when nothing writes to it.`);
  }
  request.end();
}

const readPart = ({ file, start = 0, size }: { file: string; start?: number; size: number }): AsyncIterable<Buffer> =>
  createReadStream(file, { start, end: start + size - 1, highWaterMark: PIECE });

function drained(request: ClientRequest, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      request.off('drain', done);
      request.off('close', done);
      stop.removeEventListener('abort', done);
      resolve();
    };
    request.on('drain', done);
    request.on('close', done);
    stop.addEventListener('abort', done);
    if (request.destroyed || stop.aborted) done();
  });
}
