import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Seen = { readonly method: string; readonly path: string; readonly range: string | null };

/** An HTTP server that keeps what it is sent in memory: GET with ranges, HEAD, PUT and POST. */
export type ObjectServer = {
  readonly url: string;
  /** by path, without the leading slash */
  readonly objects: Map<string, Buffer>;
  readonly seen: Seen[];
  /** Asked first; true when it has answered, or will not. */
  behave: ((request: IncomingMessage, response: ServerResponse, path: string) => boolean) | null;
  close(): Promise<void>;
};

export async function startObjectServer(): Promise<ObjectServer> {
  const objects = new Map<string, Buffer>();
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url!, 'http://x').pathname.slice(1));
    const range = request.headers.range ?? null;
    seen.push({ method: request.method!, path, range });
    if (own.behave?.(request, response, path)) return;
    if (request.method === 'PUT' || request.method === 'POST') {
      const parts: Buffer[] = [];
      request.on('data', (bytes: Buffer) => parts.push(bytes));
      request.on('end', () => {
        objects.set(path, Buffer.concat(parts));
        response.writeHead(201).end();
      });
      return;
    }
    const object = objects.get(path);
    if (!object) return void response.writeHead(404).end();
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    if (range !== null && from >= object.length) return void response.writeHead(416).end();
    const part = object.subarray(from);
    response.writeHead(range === null ? 200 : 206, {
      'content-length': part.length,
      ...(range === null ? {} : { 'content-range': `bytes ${from}-${object.length - 1}/${object.length}` }),
    });
    response.end(request.method === 'HEAD' ? undefined : part);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own: ObjectServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    seen,
    behave: null,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return own;
}
