import { open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { text } from './static.ts';
import type { Asked, Reply } from './types.ts';

const MAX_BODY_BYTES = 64_000;

/** The request as the handler wants it, without its body. */
export function question(request: IncomingMessage): Asked {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers,
    remote: request.socket.remoteAddress ?? '',
  };
}

/** The same with the body, which is read only for POST, and only a small one. */
export async function asked(request: IncomingMessage): Promise<Asked> {
  const one = question(request);
  return one.method === 'POST' ? { ...one, body: await bodyOf(request) } : one;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Writes a reply out; a file is streamed. */
export async function send(reply: Reply, response: ServerResponse, head: boolean): Promise<void> {
  if (typeof reply.body === 'string') {
    // a length in a 304 would be that of the whole file
    const length = reply.status === 304 ? {} : { 'content-length': Buffer.byteLength(reply.body) };
    response.writeHead(reply.status, { ...reply.headers, ...length });
    response.end(head ? undefined : reply.body);
    return;
  }
  const handle = await open(reply.body.file, 'r').catch(() => null);
  if (!handle) return send(text(404, 'This file is gone.'), response, head);
  try {
    const promised = reply.headers['content-length'];
    const size = promised === undefined ? (await handle.stat()).size : Number(promised);
    response.writeHead(reply.status, { ...reply.headers, 'content-length': size });
    if (head || size === 0) {
      response.end();
      return;
    }
    const start = reply.body.range?.start ?? 0;
    // a file that grows while it is read must not give more than was promised
    await pipeline(handle.createReadStream({ start, end: start + size - 1, autoClose: false }), response);
  } finally {
    await handle.close();
  }
}

/** A refusal of a socket, for which there is no response object. */
export function rawReply({ status, body }: Reply): string {
  const content = typeof body === 'string' ? body : '';
  return [
    `HTTP/1.1 ${status} Refused`,
    'connection: close',
    'content-type: text/plain; charset=utf-8',
    `content-length: ${Buffer.byteLength(content)}`,
    '',
    content,
  ].join('\r\n');
}
