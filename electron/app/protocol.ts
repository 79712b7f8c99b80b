import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { CustomScheme } from 'electron';
import {
  artifactHeaders,
  type ByteRange,
  PAGE_CSP,
  pageMediaType,
  parseRange,
  parseRawAddress,
  type RawAddress,
  SECURITY_HEADERS,
} from '../../shared/serving.ts';
import { findPageFile } from '../platform/page-file.ts';

/** Where the page comes from. A scheme of our own, so that no other program can serve anything under this origin. */
export const ORIGIN = 'assay://app';

/** Must be registered before the app is ready. */
export const SCHEME: CustomScheme = {
  scheme: 'assay',
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
};

/** An artifact as the host describes it, or why there is none. */
export type FoundArtifact =
  | { readonly found: { readonly path: string; readonly mediaType: string; readonly size: number } }
  | { readonly found: null; readonly status: number; readonly message: string };

/**
 * Answers `assay://app/…`: files of the built page, `index.html` for routes of the app, and the bytes of artifacts below `/raw/`, whose
 * place the host tells.
 */
export function createProtocolHandler(folder: string, artifact: (address: RawAddress) => Promise<FoundArtifact>) {
  return async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    if (url.host !== 'app' || (request.method !== 'GET' && request.method !== 'HEAD')) return text(403, 'Not allowed.');
    if (url.pathname.startsWith('/raw/')) return raw(request, url, artifact);
    const found = findPageFile(folder, url.pathname);
    switch (found.kind) {
      case 'file':
        return page(found.file);
      case 'missing':
        return text(404, 'There is no such file.');
      case 'not-built':
        return text(503, 'The page is missing from this installation. Install Assay again.');
      case 'invalid':
        return text(400, 'This address is not a valid path.');
    }
  };
}

async function raw(
  request: Request,
  url: URL,
  artifact: (address: RawAddress) => Promise<FoundArtifact>,
): Promise<Response> {
  const address = parseRawAddress(url.pathname);
  if (!address) return text(400, 'This is not the address of a file of a run.');
  const answer = await artifact(address);
  if (!answer.found) return text(answer.status, answer.message);
  const { path, mediaType, size } = answer.found;
  const headers = artifactHeaders(basename(address.path), mediaType, url.searchParams.has('download'));
  const range = parseRange(request.headers.get('range'), size);
  if (range === 'unsatisfiable')
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` } });
  const length = range ? range.end - range.start + 1 : size;
  return new Response(request.method === 'HEAD' ? null : stream(path, range ?? { start: 0, end: size - 1 }), {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      'content-length': String(length),
      ...(range ? { 'content-range': `bytes ${range.start}-${range.end}/${size}` } : {}),
    },
  });
}

function stream(path: string, { start, end }: ByteRange): ReadableStream | null {
  return end < start ? null : (Readable.toWeb(createReadStream(path, { start, end })) as ReadableStream);
}

function page(file: string): Response {
  const { size } = statSync(file);
  return new Response(stream(file, { start: 0, end: size - 1 }), {
    headers: {
      ...SECURITY_HEADERS,
      'content-type': pageMediaType(file),
      'content-length': String(size),
      'content-security-policy': PAGE_CSP,
      'cache-control': 'no-cache',
    },
  });
}

function text(status: number, message: string): Response {
  return new Response(`${message}\n`, {
    status,
    headers: { ...SECURITY_HEADERS, 'content-type': 'text/plain; charset=utf-8', 'content-security-policy': PAGE_CSP },
  });
}
