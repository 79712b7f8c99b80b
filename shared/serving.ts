/**
 * How the page and the artifacts of runs are served, the same by the headless server and by the window's own protocol:
 * one policy, one set of headers, one reading of ranges.
 */

/** The page's policy. No `unsafe-eval`: zod runs jitless in the page, plotly is the strict bundle. */
export const PAGE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "media-src 'self' blob:",
  "frame-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The policy of everything a run left behind. `sandbox` gives a document an opaque origin, so that it has no cookies and no storage of
 * ours, and `default-src 'none'` leaves it no way to send or fetch anything; its own inline scripts may draw.
 */
export const ARTIFACT_CSP = [
  'sandbox allow-scripts',
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  'img-src data: blob:',
  'media-src data: blob:',
  'font-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

/** Go with every answer. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
};

const PAGE_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  webmanifest: 'application/manifest+json',
  map: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  webp: 'image/webp',
  woff2: 'font/woff2',
  woff: 'font/woff',
  wasm: 'application/wasm',
  txt: 'text/plain; charset=utf-8',
};

/** The media type of a file of the built page, by its extension. */
export function pageMediaType(file: string): string {
  return PAGE_TYPES[file.slice(file.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';
}

/** Vite puts a hash of the content into the names under `assets/`, so these never change; everything else is asked for again. */
export function pageCacheControl(path: string): string {
  return /^\/?assets\/.*-[\w-]{8,}\.\w+$/.test(path) ? 'public, max-age=31536000, immutable' : 'no-store';
}

/** Bytes `start` to `end`, both inclusive. */
export type ByteRange = { readonly start: number; readonly end: number };

/**
 * Reads a `Range` header for something of `size` bytes (RFC 9110 §14): one range, null for none or one that may be ignored,
 * `unsatisfiable` for one that lies outside.
 */
export function parseRange(header: string | null | undefined, size: number): ByteRange | null | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  if (match[1] === '') {
    const length = Math.min(Number(match[2]), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (match[2] !== '' && Number(match[2]) < start) return null;
  return start >= size ? 'unsatisfiable' : { start, end };
}

/** Types that a browser would run or apply if our own page pulled them in; they are shown as text instead. */
const ACTIVE = /^(?:(?:text|application)\/(?:x-)?(?:java|ecma)script|text\/css|application\/(?:wasm|json\+module))/i;

/** The headers of an artifact's bytes, length and range aside. */
export function artifactHeaders(name: string, mediaType: string, download: boolean): Record<string, string> {
  const type = ACTIVE.test(mediaType) ? 'text/plain; charset=utf-8' : mediaType;
  const headers: Record<string, string> = {
    ...SECURITY_HEADERS,
    'content-type': /^text\//i.test(type) && !/charset=/i.test(type) ? `${type}; charset=utf-8` : type,
    'content-security-policy': ARTIFACT_CSP,
    'cache-control': 'private, no-cache',
    'accept-ranges': 'bytes',
  };
  if (download) headers['content-disposition'] = attachment(name);
  return headers;
}

/** RFC 6266: a plain name for old readers, the real one percent-encoded. */
function attachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** A file to serve, as the host describes it. */
export type ServedFile = {
  readonly path: string;
  readonly mediaType: string;
  readonly size: number;
  /** quoted; changes when the bytes do */
  readonly etag?: string | undefined;
  /** the address can never mean other bytes */
  readonly immutable?: boolean | undefined;
};

export type ServedAnswer = {
  readonly status: 200 | 206 | 304 | 416;
  readonly headers: Readonly<Record<string, string>>;
  /** which bytes of the file go with it, if any */
  readonly bytes: ByteRange | null;
};

/** How a file is answered with: whole, a range of it, or not at all when the reader has it already (RFC 9110 §13.1.2). */
export function servedAnswer(
  { mediaType, size, etag, immutable }: ServedFile,
  asked: {
    name: string;
    download: boolean;
    range: string | null | undefined;
    ifNoneMatch: string | null | undefined;
  },
): ServedAnswer {
  const headers = artifactHeaders(asked.name, mediaType, asked.download);
  if (immutable) headers['cache-control'] = 'private, max-age=31536000, immutable';
  if (etag) headers.etag = etag;
  const known = asked.ifNoneMatch?.split(',').map((one) => one.trim().replace(/^W\//, ''));
  if (etag && known?.includes(etag)) return { status: 304, headers, bytes: null };
  const range = parseRange(asked.range, size);
  if (range === 'unsatisfiable')
    return { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` }, bytes: null };
  const bytes = range ?? { start: 0, end: size - 1 };
  headers['content-length'] = String(bytes.end - bytes.start + 1);
  if (range) headers['content-range'] = `bytes ${range.start}-${range.end}/${size}`;
  return { status: range ? 206 : 200, headers, bytes: size === 0 ? null : bytes };
}

/** The address of an artifact, in the browser and in the window alike. */
export function rawAddress({ project, run, path }: { project: string; run: string; path: string }): string {
  return `/raw/${[project, run, ...path.split('/')].map(encodeURIComponent).join('/')}`;
}
