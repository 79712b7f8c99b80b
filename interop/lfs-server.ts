/**
 * One server on loopback for git and Git LFS, as a forge has it, in a process of its own: repositories through `git http-backend`, objects
 * through giftless (a real LFS server from PyPI) behind it. Prints its port. `/control?cut=N` cuts the next download after N bytes;
 * `/control` tells which ranges were asked for.
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const [folder, secret] = process.argv.slice(2) as [string, string];
const python = process.env.ASSAY_INTEROP_PYTHON!;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true) as undefined);
    socket.on('error', () => resolve(false)).on('connect', () => socket.destroy());
  });

const lfsPort = await freePort();
mkdirSync(join(folder, 'objects'), { recursive: true });
const giftless = spawn(
  python,
  ['-c', `from giftless.app import init_app; init_app().run(host="127.0.0.1", port=${lfsPort}, threaded=True)`],
  {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      PYTHONWARNINGS: 'ignore',
      GIFTLESS_CONFIG_STR: JSON.stringify({
        AUTH_PROVIDERS: [
          { factory: 'giftless.auth.jwt:factory', options: { algorithm: 'HS256', private_key: secret } },
        ],
        TRANSFER_ADAPTERS: {
          basic: {
            factory: 'giftless.transfer.basic_streaming:factory',
            options: {
              storage_class: 'giftless.storage.local_storage:LocalStorage',
              storage_options: { path: join(folder, 'objects') },
            },
          },
        },
      }),
    },
  },
);
let said = '';
giftless.stderr!.on('data', (bytes: Buffer) => {
  said = (said + bytes.toString()).slice(-4000);
});
giftless.on('exit', (code) => {
  if (code !== null && code !== 0) process.stderr.write(said);
  process.exit(code ?? 0);
});
for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => giftless.kill());
while (!(await answers(lfsPort))) await pause(50);

let cut: number | null = null;
const ranges: string[] = [];

const server = createServer((request, response) => {
  const url = new URL(request.url!, 'http://x');
  if (url.pathname === '/control') {
    if (url.searchParams.has('cut')) cut = Number(url.searchParams.get('cut'));
    response.end(JSON.stringify(ranges.splice(0)));
  } else if (/\.git\/(info\/refs|HEAD|objects\/(?!batch|storage)|git-(upload|receive)-pack)/.test(url.pathname))
    gitBackend(request, response, url);
  else toGiftless(request, response);
});

/** giftless knows no ranges; what is in front of such a server (a cache, a CDN) does. */
function toGiftless(request: IncomingMessage, response: ServerResponse): void {
  const { range, ...headers } = request.headers;
  const isDownload = request.method === 'GET' && request.url!.includes('/objects/storage/');
  if (isDownload) ranges.push(range ?? 'all');
  const asked = send(
    { port: lfsPort, host: '127.0.0.1', method: request.method, path: request.url, headers },
    (answer) => {
      const from = Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
      const total = Number(answer.headers['content-length'] ?? 0);
      if (!isDownload || answer.statusCode !== 200) {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
        return;
      }
      const { 'content-length': _, ...rest } = answer.headers;
      response.writeHead(from > 0 ? 206 : 200, {
        ...rest,
        ...(total ? { 'content-length': total - from } : {}),
        ...(from > 0 ? { 'content-range': `bytes ${from}-${total - 1}/${total}` } : {}),
      });
      let skip = from;
      let left = cut;
      if (cut !== null) cut = null;
      answer.on('data', (chunk: Buffer) => {
        let part = chunk.subarray(Math.min(skip, chunk.length));
        skip -= Math.min(skip, chunk.length);
        if (left !== null) {
          part = part.subarray(0, left);
          left -= part.length;
        }
        if (part.length > 0 && !response.write(part)) {
          answer.pause();
          response.once('drain', () => answer.resume());
        }
        if (left === 0) {
          left = -1;
          response.end(() => undefined);
          request.socket.destroySoon();
          answer.destroy();
        }
      });
      answer.on('end', () => response.end());
      response.on('close', () => answer.destroy());
    },
  );
  asked.on('error', () => response.destroy());
  request.pipe(asked);
}

/** RFC 3875, as far as `git http-backend` needs it. */
function gitBackend(request: IncomingMessage, response: ServerResponse, url: URL): void {
  const child = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: join(folder, 'repositories'),
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method!,
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      HTTP_GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'anna',
    },
  });
  request.pipe(child.stdin!);
  child.stdin!.on('error', () => {});
  let head: Buffer | null = Buffer.alloc(0);
  child.stdout!.on('data', (chunk: Buffer) => {
    if (head === null) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    for (const line of head.toString('latin1', 0, end).split('\r\n')) {
      const at = line.indexOf(': ');
      if (line.startsWith('Status')) response.statusCode = Number(line.slice(at + 2, at + 5));
      else response.setHeader(line.slice(0, at), line.slice(at + 2));
    }
    response.write(head.subarray(end + 4));
    head = null;
  });
  child.stdout!.on('end', () => response.end());
}

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as { port: number }).port}\n`);
});
