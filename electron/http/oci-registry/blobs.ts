import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { refuse, sendEmpty } from './answers.ts';
import { DIGEST, type Layout, layoutFolder, openLayout, REPOSITORY } from './layout.ts';
import type { Uploads } from './uploads.ts';

/** GET and HEAD of a blob, whole or from an offset. */
export async function sendBlob(
  layout: Layout,
  digest: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const size = DIGEST.test(digest) ? layout.blobSize(digest) : null;
  if (size === null) return refuse(response, 'BLOB_UNKNOWN');
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const from = range ? Number(range[1]) : 0;
  const last = range?.[2] ? Math.min(Number(range[2]), size - 1) : size - 1;
  if (range && (from >= size || last < from)) return sendEmpty(response, 416, { 'content-range': `bytes */${size}` });
  response.writeHead(range ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': last - from + 1,
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
    ...(range ? { 'content-range': `bytes ${from}-${last}/${size}` } : {}),
  });
  if (request.method === 'HEAD' || last < from) return void response.end();
  const file = createReadStream(layout.blobPath(digest), { start: from, end: last, highWaterMark: 1024 * 1024 });
  // whoever asked has gone away
  await pipeline(file, response).catch(() => response.destroy());
}

export type UploadAsk = {
  readonly root: string;
  readonly repository: string;
  readonly id: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
};

/** POST, PATCH, PUT, GET and DELETE of uploads: whole, in pieces, resumed (distribution specification: end-4 to 6, 11, 13, 14). */
export async function handleUpload(uploads: Uploads, ask: UploadAsk): Promise<void> {
  const { root, repository, request, response, query } = ask;
  const layout = openLayout(layoutFolder(root, repository));
  const at = (id: string): string => `/v2/${repository}/blobs/uploads/${id}`;
  const rangeOf = (size: number): string => `0-${Math.max(0, size - 1)}`;
  const digest = query.get('digest');

  const complete = async (id: string, size: number): Promise<void> => {
    if (digest === null || !DIGEST.test(digest)) return refuse(response, 'DIGEST_INVALID');
    if (!(await uploads.finish(layout, id, digest))) return refuse(response, 'DIGEST_INVALID', {}, { size });
    sendEmpty(response, 201, { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest });
  };

  if (request.method === 'POST') {
    layout.create();
    const [mount, from] = [query.get('mount'), query.get('from')];
    if (mount && from && DIGEST.test(mount) && REPOSITORY.test(from)) {
      const other = openLayout(layoutFolder(root, from));
      if (other.blobSize(mount) !== null) {
        layout.linkBlob(other, mount);
        return sendEmpty(response, 201, {
          location: `/v2/${repository}/blobs/${mount}`,
          'docker-content-digest': mount,
        });
      }
    }
    const id = uploads.begin(layout);
    if (digest === null) return sendEmpty(response, 202, { location: at(id), range: '0-0', 'docker-upload-uuid': id });
    return complete(id, await uploads.append(layout, id, request));
  }

  const { id } = ask;
  const size = uploads.size(layout, id);
  if (size === null) return refuse(response, 'BLOB_UPLOAD_UNKNOWN');
  const standing = (now: number) => ({ location: at(id), range: rangeOf(now), 'docker-upload-uuid': id });
  if (request.method === 'GET') return sendEmpty(response, 204, standing(size));
  if (!uploads.take(id)) return refuse(response, 'BLOB_UPLOAD_BUSY');
  try {
    if (request.method === 'DELETE') {
      uploads.cancel(layout, id);
      return sendEmpty(response, 204);
    }
    const start = /^(\d+)-\d+$/.exec(request.headers['content-range'] ?? '')?.[1];
    if (start !== undefined && Number(start) !== size)
      return refuse(response, 'BLOB_UPLOAD_INVALID', standing(size), { size });
    if (request.method === 'PATCH') {
      const now = await uploads.append(layout, id, request);
      return sendEmpty(response, 202, standing(now));
    }
    if (request.method === 'PUT') return await complete(id, await uploads.append(layout, id, request));
    refuse(response, 'UNSUPPORTED');
  } finally {
    uploads.release(id);
  }
}
