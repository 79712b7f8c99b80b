import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => boolean | undefined;

/** A server of the LFS API in this process, whose every answer can be bent. */
export type LfsServer = {
  readonly url: string;
  readonly objects: Map<string, Buffer>;
  /** what was asked, `METHOD path`, with the answer's status */
  readonly asked: { readonly what: string; readonly headers: IncomingMessage['headers']; status: number }[];
  /** bodies of batch requests */
  readonly batches: { operation: string; ref?: { name: string }; objects: { oid: string; size: number }[] }[];
  /** gets every request first; true when it has answered */
  intercept: Handler | null;
  /** of every object in answers */
  authenticated: boolean;
  /** when set, everything else gets 401 */
  login: string | null;
  errors: Map<string, { code: number; message: string }>;
  close(): Promise<void>;
};

const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export async function startLfsServer(): Promise<LfsServer> {
  const bodies = async (request: IncomingMessage): Promise<Buffer> => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    return Buffer.concat(parts);
  };
  const server = createServer(async (request, response) => {
    const entry = { what: `${request.method} ${request.url}`, headers: request.headers, status: 0 };
    lfs.asked.push(entry);
    response.on('close', () => {
      entry.status = response.statusCode;
    });
    const body = await bodies(request).catch(() => Buffer.alloc(0));
    if (lfs.intercept?.(request, response, body)) return;
    const isAction = request.url?.startsWith('/store/') || request.url?.startsWith('/verify');
    if (lfs.login && request.headers.authorization !== lfs.login && !(isAction && lfs.authenticated)) {
      response.writeHead(401, { 'lfs-authenticate': 'Basic realm="test"' });
      return response.end('{"message":"credentials needed"}');
    }
    if (request.url === '/repo.git/info/lfs/objects/batch') return answerBatch(response, body);
    const oid = /^\/store\/([0-9a-f]{64})$/.exec(request.url ?? '')?.[1];
    if (oid && request.method === 'GET') return answerObject(request, response, lfs.objects.get(oid));
    if (oid && request.method === 'PUT') {
      if (Number(request.headers['content-length']) !== body.length || sha(body) !== oid) {
        response.writeHead(422);
        return response.end('{"message":"not that object"}');
      }
      lfs.objects.set(oid, body);
      return response.end();
    }
    if (request.url === '/verify') {
      const { oid: told, size } = JSON.parse(body.toString()) as { oid: string; size: number };
      response.writeHead(lfs.objects.get(told)?.length === size ? 200 : 404);
      return response.end();
    }
    response.writeHead(404);
    return response.end();
  });

  const answerBatch = (response: ServerResponse, body: Buffer): void => {
    const asked = JSON.parse(body.toString()) as LfsServer['batches'][number];
    lfs.batches.push(asked);
    const objects = asked.objects.map(({ oid, size }) => {
      const there = lfs.objects.has(oid);
      const error =
        lfs.errors.get(oid) ?? (asked.operation === 'download' && !there ? { code: 404, message: 'gone' } : null);
      if (error) return { oid, size, error };
      const action = { href: `${origin()}/store/${oid}`, header: { 'x-signed': 'yes' } };
      if (asked.operation === 'download')
        return { oid, size, authenticated: lfs.authenticated, actions: { download: action } };
      if (there) return { oid, size };
      return {
        oid,
        size,
        authenticated: lfs.authenticated,
        actions: { upload: action, verify: { href: `${origin()}/verify`, header: {} } },
      };
    });
    response.setHeader('content-type', 'application/vnd.git-lfs+json');
    response.end(JSON.stringify({ transfer: 'basic', objects, hash_algo: 'sha256' }));
  };

  const answerObject = (request: IncomingMessage, response: ServerResponse, bytes: Buffer | undefined): void => {
    if (!bytes) {
      response.writeHead(404);
      response.end();
      return;
    }
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (from > 0)
      response.writeHead(206, {
        'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
        'content-length': bytes.length - from,
      });
    else response.writeHead(200, { 'content-length': bytes.length });
    response.end(bytes.subarray(from));
  };

  const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const lfs: LfsServer = {
    url: `${origin()}/repo.git`,
    objects: new Map(),
    asked: [],
    batches: [],
    intercept: null,
    authenticated: false,
    login: null,
    errors: new Map(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return lfs;
}
