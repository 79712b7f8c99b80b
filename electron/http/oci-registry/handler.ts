import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../../../shared/errors.ts';
import { isLoopback } from '../../services/targets/oci/reference.ts';
import { refuse, sendEmpty, sendJson } from './answers.ts';
import { handleUpload, sendBlob } from './blobs.ts';
import { DIGEST, layoutFolder, openLayout, REPOSITORY, repositoriesIn, TAG } from './layout.ts';
import { digestOf, MAX_MANIFEST, missingPart, readContent, referrersOf } from './manifests.ts';
import { createUploads } from './uploads.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';

export type RegistryOptions = {
  /** where it keeps what it is given; it must be there */
  readonly folder: string;
  /** without it everybody on this machine may do everything */
  readonly login?: { readonly user: string; readonly password: string } | undefined;
};

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** An OCI registry (distribution specification 1.1, with referrers and uploads in pieces) over a folder. */
export function createHandler({ folder: root, login }: RegistryOptions): Handler {
  const uploads = createUploads();

  return async (request, response) => {
    try {
      await route(request, response);
    } catch (error) {
      // whoever asked has gone away, or the disk does not take it
      if (response.destroyed || request.destroyed) return;
      refuse(response, error instanceof AppError && error.data.errno === 'ENOSPC' ? 'DISK_FULL' : 'UNKNOWN');
    }
  };

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://registry');
    // a page in a browser has no business here, also when its host name was made to lead to this machine
    const host = URL.parse(`http://${request.headers.host ?? ''}`);
    if (request.headers.origin !== undefined || !host || !isLoopback(host.hostname)) return refuse(response, 'DENIED');
    if (login && !isLogin(request.headers.authorization, login))
      return refuse(response, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="assay"' });
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    const path = decoded(url.pathname);
    if (path === null) return refuse(response, 'NAME_INVALID');
    if (path === '/v2/' || path === '/v2') return sendJson(response, 200, {});
    if (path === '/v2/_catalog') return sendJson(response, 200, { repositories: repositoriesIn(root) });
    const match = /^\/v2\/(.+?)\/(blobs\/uploads|blobs|manifests|referrers|tags)\/([^/]*)$/.exec(path);
    if (!match) return refuse(response, 'UNSUPPORTED');
    const [, repository, kind, last] = match as unknown as [string, string, string, string];
    if (!REPOSITORY.test(repository) || repository.length > 255) return refuse(response, 'NAME_INVALID');
    const { searchParams: query } = url;
    if (kind === 'blobs/uploads')
      return handleUpload(uploads, { root, repository, id: last, query, request, response });
    if (kind === 'manifests') return manifests(repository, last, request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 'UNSUPPORTED');
    const layout = openLayout(layoutFolder(root, repository));
    if (kind === 'blobs') return sendBlob(layout, last, request, response);
    if (kind === 'referrers') {
      if (!DIGEST.test(last)) return refuse(response, 'DIGEST_INVALID');
      const type = query.get('artifactType');
      const body = { schemaVersion: 2, mediaType: INDEX, manifests: referrersOf(layout, last, type) };
      const filtered: Record<string, string> = type === null ? {} : { 'oci-filters-applied': 'artifactType' };
      return sendJson(response, 200, body, { 'content-type': INDEX, ...filtered });
    }
    if (last !== 'list' || !layout.exists()) return refuse(response, 'NAME_UNKNOWN');
    sendTags(repository, layout.tags(), query, response);
  }

  async function manifests(
    repository: string,
    reference: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const layout = openLayout(layoutFolder(root, repository));
    if (!DIGEST.test(reference) && !TAG.test(reference)) return refuse(response, 'TAG_INVALID');
    if (request.method === 'DELETE')
      return layout.remove(reference) ? sendEmpty(response, 202) : refuse(response, 'MANIFEST_UNKNOWN');
    if (request.method === 'GET' || request.method === 'HEAD') {
      const found = layout.find(reference);
      if (!found || layout.blobSize(found.digest) === null) return refuse(response, 'MANIFEST_UNKNOWN');
      const bytes = layout.readBlob(found.digest);
      response.writeHead(200, {
        'content-type': found.mediaType,
        'content-length': bytes.length,
        'docker-content-digest': found.digest,
      });
      return void response.end(request.method === 'HEAD' ? undefined : bytes);
    }
    if (request.method !== 'PUT') return refuse(response, 'UNSUPPORTED');
    const bytes = await bodyOf(request);
    if (bytes === null) return refuse(response, 'MANIFEST_TOO_LARGE');
    const mediaType = (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim();
    const content = readContent(bytes, mediaType);
    if (!content) return refuse(response, 'MANIFEST_INVALID');
    const digest = digestOf(bytes);
    if (DIGEST.test(reference) && reference !== digest) return refuse(response, 'DIGEST_INVALID');
    const missing = missingPart(layout, content);
    if (missing !== null) return refuse(response, 'MANIFEST_BLOB_UNKNOWN', {}, { digest: missing });
    layout.create();
    layout.writeBlob(digest, bytes);
    layout.list({ mediaType, digest, size: bytes.length }, reference === digest ? null : reference);
    sendEmpty(response, 201, {
      location: `/v2/${repository}/manifests/${digest}`,
      'docker-content-digest': digest,
      ...(content.subject ? { 'oci-subject': content.subject.digest } : {}),
    });
  }
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

function sendTags(repository: string, all: readonly string[], query: URLSearchParams, response: ServerResponse): void {
  const last = query.get('last');
  const after = last === null ? all : all.filter((tag) => tag > last);
  const wanted = Number.parseInt(query.get('n') ?? '', 10);
  const tags = Number.isNaN(wanted) ? after : after.slice(0, Math.max(0, wanted));
  const more = tags.length > 0 && tags.length < after.length;
  const next = `</v2/${repository}/tags/list?n=${wanted}&last=${encodeURIComponent(tags.at(-1) ?? '')}>; rel="next"`;
  const link: Record<string, string> = more ? { link: next } : {};
  sendJson(response, 200, { name: repository, tags }, link);
}

/** null when there is more than a manifest may have */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MAX_MANIFEST) return null;
    parts.push(piece);
  }
  return Buffer.concat(parts);
}

function isLogin(header: string | undefined, { user, password }: { user: string; password: string }): boolean {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header ?? '')?.[1];
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return (
    encoded !== undefined &&
    timingSafeEqual(hash(Buffer.from(encoded, 'base64').toString('utf8')), hash(`${user}:${password}`))
  );
}
