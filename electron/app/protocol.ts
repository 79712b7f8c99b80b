import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { CustomScheme } from 'electron';
import { isServedPath, parseServedAddress, type ServedAddress } from '../../shared/served-address.ts';
import {
  type ByteRange,
  PAGE_CSP,
  pageMediaType,
  SECURITY_HEADERS,
  type ServedFile,
  servedAnswer,
} from '../../shared/serving.ts';
import { findPageFile } from '../platform/page-file.ts';

/** Where the page comes from. A scheme of our own, so that no other program can serve anything under this origin. */
export const ORIGIN = 'assay://app';

/** Must be registered before the app is ready. */
export const SCHEME: CustomScheme = {
  scheme: 'assay',
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
};

/** A file of a run or of data as the host describes it, or why there is none. */
export type FoundArtifact =
  | { readonly found: ServedFile }
  | { readonly found: null; readonly status: number; readonly message: string };

/**
 * Answers `assay://app/…`: files of the built page, `index.html` for routes of the app, and bytes of runs and data
 * (shared/served-address.ts), whose place the host tells.
 */
export function createProtocolHandler(folder: string, artifact: (address: ServedAddress) => Promise<FoundArtifact>) {
  return async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    if (url.host !== 'app' || (request.method !== 'GET' && request.method !== 'HEAD')) return text(403, 'Not allowed.');
    if (isServedPath(url.pathname)) return raw(request, url, artifact);
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
  artifact: (address: ServedAddress) => Promise<FoundArtifact>,
): Promise<Response> {
  const address = parseServedAddress(url.pathname, url.search);
  if (!address) return text(400, 'This is not the address of a file of a run or of data.');
  const answer = await artifact(address);
  if (!answer.found) return text(answer.status, answer.message);
  const { path } = answer.found;
  const { status, headers, bytes } = servedAnswer(answer.found, {
    name: basename(address.path) || basename(path),
    download: url.searchParams.has('download'),
    range: request.headers.get('range'),
    ifNoneMatch: request.headers.get('if-none-match'),
  });
  return new Response(bytes && request.method !== 'HEAD' ? stream(path, bytes) : null, { status, headers });
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
