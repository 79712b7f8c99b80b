import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type File = { readonly bytes: Buffer; readonly lfs: boolean };
type Commit = { readonly id: string; readonly files: ReadonlyMap<string, File>; readonly title: string };
type Repo = { private: boolean; commits: Commit[]; tags: Map<string, string> };

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const blobOid = (bytes: Buffer): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

/**
 * A Hub of ours in this process, as far as pushes and downloads go: repositories, preupload, LFS batch with `basic` and `multipart`,
 * commits, tags, tree, and resolve with a redirect to a second server (a CDN that must never see the token).
 */
export type HubServer = {
  readonly url: string;
  readonly repos: Map<string, Repo>;
  readonly objects: Map<string, Buffer>;
  readonly asked: { readonly what: string; readonly authorization: string | undefined; readonly store: boolean }[];
  /** gets every request first; true when it has answered, or will not */
  behave: ((request: IncomingMessage, response: ServerResponse, path: string, store: boolean) => boolean) | null;
  /** larger objects go in parts of this size */
  chunk: number;
  close(): Promise<void>;
};

export const HUB_TOKEN = 'hf_testing';
export const HUB_USER = 'ada';

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

export async function startHubServer(): Promise<HubServer> {
  const parts = new Map<string, Map<number, Buffer>>();
  const send = (response: ServerResponse, status: number, value?: unknown, headers = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(value === undefined ? undefined : JSON.stringify(value));
  };

  const batch = (response: ServerResponse, repo: string, body: Buffer): void => {
    const { objects } = JSON.parse(body.toString()) as { objects: { oid: string; size: number }[] };
    const answer = objects.map(({ oid, size }) => {
      if (hub.objects.has(oid)) return { oid, size };
      const verify = { href: `${hub.url}/${repo}.git/info/lfs/verify`, header: {} };
      if (size <= hub.chunk)
        return {
          oid,
          size,
          actions: { upload: { href: `${origin(store)}/put/${oid}`, header: { 'x-signed': 'yes' } }, verify },
        };
      const header: Record<string, string> = { chunk_size: String(hub.chunk) };
      for (let i = 1; i <= Math.ceil(size / hub.chunk); i++) header[i] = `${origin(store)}/part/${oid}/${i}`;
      return { oid, size, actions: { upload: { href: `${hub.url}/complete/${oid}`, header } } };
    });
    send(response, 200, { transfer: 'basic', objects: answer });
  };

  const commit = (response: ServerResponse, repo: Repo, body: Buffer): unknown => {
    const lines = body
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { key: string; value: Record<string, string> });
    const head = repo.commits.at(-1)!;
    const header = lines.find(({ key }) => key === 'header')!.value;
    if (header.parentCommit && header.parentCommit !== head.id)
      return send(response, 412, { error: 'A commit has happened since.' });
    const files = new Map(head.files);
    for (const { key, value } of lines) {
      if (key === 'file') files.set(value.path!, { bytes: Buffer.from(value.content!, 'base64'), lfs: false });
      if (key === 'deletedFile') files.delete(value.path!);
      if (key === 'lfsFile') {
        const bytes = hub.objects.get(value.oid!);
        if (!bytes) return send(response, 400, { error: `LFS object ${value.oid} was never uploaded.` });
        files.set(value.path!, { bytes, lfs: true });
      }
    }
    const id = randomBytes(20).toString('hex');
    repo.commits.push({ id, files, title: header.summary! });
    send(response, 200, { success: true, commitOid: id, commitUrl: `${hub.url}/commit/${id}` });
  };

  const revision = (repo: Repo, name: string): Commit | undefined => {
    const id = name === 'main' ? repo.commits.at(-1)!.id : (repo.tags.get(name) ?? name);
    return repo.commits.find((one) => one.id === id);
  };

  const api = (request: IncomingMessage, response: ServerResponse, path: string, body: Buffer): unknown => {
    const { method } = request;
    if (path === '/api/whoami-v2') return send(response, 200, { name: HUB_USER, type: 'user' });
    if (path === '/api/repos/create') {
      const { name, organization = HUB_USER, visibility } = JSON.parse(body.toString()) as Record<string, string>;
      if (hub.repos.has(`${organization}/${name}`))
        return send(response, 409, { error: 'You already created this model repo' });
      const first = {
        id: randomBytes(20).toString('hex'),
        title: 'initial commit',
        files: new Map([['.gitattributes', { bytes: Buffer.from('*.bin filter=lfs\n'), lfs: false }]]),
      };
      hub.repos.set(`${organization}/${name}`, {
        private: visibility === 'private',
        commits: [first],
        tags: new Map(),
      });
      return send(response, 200, { url: `${hub.url}/${organization}/${name}` });
    }
    const [, id = '', call = '', rest = ''] = /^\/api\/models\/([^/]+\/[^/]+)(?:\/(\w+)(?:\/(.*))?)?$/.exec(path) ?? [];
    const repo = hub.repos.get(id);
    if (!repo) return send(response, 404, { error: 'Repository not found' }, { 'x-error-code': 'RepoNotFound' });
    const at = revision(repo, rest === '' ? 'main' : rest);
    if (call === 'refs')
      return send(response, 200, {
        branches: [{ name: 'main', ref: 'refs/heads/main', targetCommit: repo.commits.at(-1)!.id }],
        converts: [],
        tags: [...repo.tags].map(([name, targetCommit]) => ({ name, ref: `refs/tags/${name}`, targetCommit })),
      });
    if (call === 'preupload') {
      const { files } = JSON.parse(body.toString()) as { files: { path: string; size: number }[] };
      return send(response, 200, {
        files: files.map(({ path: file, size }) => ({
          path: file,
          uploadMode: size > 0 && /\.(bin|pkl|safetensors)$/.test(file) ? 'lfs' : 'regular',
          shouldIgnore: false,
        })),
      });
    }
    if (call === 'commit') return commit(response, repo, body);
    if (call === 'tag' && method === 'DELETE') return send(response, repo.tags.delete(rest) ? 200 : 404);
    if (!at) return send(response, 404, { error: 'Invalid rev id' }, { 'x-error-code': 'RevisionNotFound' });
    if (call === 'tag') {
      const { tag } = JSON.parse(body.toString()) as { tag: string };
      if (repo.tags.has(tag)) return send(response, 409, { error: 'Tag already exists' });
      repo.tags.set(tag, at.id);
      return send(response, 200);
    }
    if (call === 'tree')
      return send(
        response,
        200,
        [...at.files].map(([file, { bytes, lfs }]) => ({
          type: 'file',
          path: file,
          size: bytes.length,
          oid: blobOid(bytes),
          ...(lfs ? { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 130 } } : {}),
        })),
      );
    const siblings = [...at.files.keys()].map((rfilename) => ({ rfilename }));
    return send(response, 200, {
      id,
      modelId: id,
      sha: at.id,
      private: repo.private,
      tags: [],
      downloads: 0,
      likes: 0,
      siblings,
    });
  };

  const resolve = (request: IncomingMessage, response: ServerResponse, path: string): unknown => {
    const [, id = '', name = '', file = ''] = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.*)$/.exec(path) ?? [];
    const repo = hub.repos.get(id);
    const at = repo && revision(repo, name);
    const found = at?.files.get(file);
    if (!at || !found) return send(response, 404, { error: 'Entry not found' }, { 'x-error-code': 'EntryNotFound' });
    const own = { 'x-repo-commit': at.id, 'accept-ranges': 'bytes' };
    if (found.lfs) {
      const oid = sha256(found.bytes);
      response.writeHead(302, {
        ...own,
        location: `${origin(store)}/get/${oid}`,
        'x-linked-etag': `"${oid}"`,
        'x-linked-size': found.bytes.length,
      });
      response.end();
      return;
    }
    response.writeHead(200, { ...own, etag: `"${blobOid(found.bytes)}"`, 'content-length': found.bytes.length });
    response.end(request.method === 'HEAD' ? undefined : found.bytes);
  };

  const onHub = (request: IncomingMessage, response: ServerResponse, path: string, body: Buffer): unknown => {
    if (path.startsWith('/complete/')) {
      const { oid, parts: told } = JSON.parse(body.toString()) as {
        oid: string;
        parts: { partNumber: number; etag: string }[];
      };
      const bytes = Buffer.concat(told.map(({ partNumber }) => parts.get(oid)!.get(partNumber)!));
      if (sha256(bytes) !== oid || told.some(({ etag }) => !etag))
        return send(response, 400, { error: 'not that object' });
      hub.objects.set(oid, bytes);
      return send(response, 200, {});
    }
    const lfs = /^\/([^/]+\/[^/]+)\.git\/info\/lfs\/(.*)$/.exec(path);
    if (
      !path.includes('/resolve/') &&
      request.headers.authorization !== `Bearer ${HUB_TOKEN}` &&
      (lfs || request.method !== 'GET' || path === '/api/whoami-v2')
    )
      return send(response, 401, { error: 'Invalid credentials in Authorization header' });
    if (lfs?.[2] === 'objects/batch') return batch(response, lfs[1]!, body);
    if (lfs?.[2] === 'verify') {
      const { oid } = JSON.parse(body.toString()) as { oid: string };
      return send(response, hub.objects.has(oid) ? 200 : 404, {});
    }
    return path.startsWith('/api/') ? api(request, response, path, body) : resolve(request, response, path);
  };

  const onStore = (request: IncomingMessage, response: ServerResponse, path: string, body: Buffer): unknown => {
    const [, kind, oid = '', number] = /^\/(put|part|get)\/([0-9a-f]+)(?:\/(\d+))?$/.exec(path) ?? [];
    if (kind === 'put') {
      if (sha256(body) !== oid || request.headers['x-signed'] !== 'yes') return send(response, 403, {});
      hub.objects.set(oid, body);
      return send(response, 200, {});
    }
    if (kind === 'part') {
      parts.set(oid, (parts.get(oid) ?? new Map()).set(Number(number), body));
      return send(response, 200, {}, { etag: `"${sha256(body).slice(0, 32)}"` });
    }
    const bytes = hub.objects.get(oid);
    if (!bytes) return send(response, 404, {});
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from, etag: `"${oid}"` });
    response.end(request.method === 'HEAD' ? undefined : bytes.subarray(from));
  };

  const serve = (isStore: boolean) =>
    createServer(async (request, response) => {
      const path = decodeURIComponent(new URL(request.url!, 'http://x').pathname);
      const { authorization } = request.headers;
      hub.asked.push({ what: `${request.method} ${path}`, authorization, store: isStore });
      if (hub.behave?.(request, response, path, isStore)) return;
      const body = await bodyOf(request).catch(() => null);
      if (body !== null) (isStore ? onStore : onHub)(request, response, path, body);
    });
  const [main, store] = [serve(false), serve(true)];
  const origin = (server: typeof main): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const server of [main, store]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));

  const hub: HubServer = {
    url: origin(main),
    repos: new Map(),
    objects: new Map(),
    asked: [],
    behave: null,
    chunk: 1 << 20,
    async close() {
      for (const server of [main, store]) {
        server.closeAllConnections();
        await new Promise<void>((done) => server.close(() => done()));
      }
    },
  };
  return hub;
}
