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

/** What `/raw/<project>/<run>/<path…>` asks for. */
export type RawAddress = { readonly project: string; readonly run: string; readonly path: string };

/**
 * Reads the (still percent-encoded) path of an artifact's address. Each segment is decoded once; one that is empty, a dot segment or
 * hides a separator or a zero byte makes the whole address null.
 */
export function parseRawAddress(pathname: string): RawAddress | null {
  const match = /^\/raw\/(.+)$/.exec(pathname);
  if (!match) return null;
  const segments: string[] = [];
  for (const encoded of match[1]!.split('/')) {
    let segment: string;
    try {
      segment = decodeURIComponent(encoded);
    } catch {
      return null;
    }
    if (segment === '' || segment === '.' || segment === '..' || /[/\\\0]/.test(segment)) return null;
    segments.push(segment);
  }
  const [project, run, ...path] = segments;
  if (!project || !run || path.length === 0) return null;
  return { project, run, path: path.join('/') };
}

/** The address of an artifact, in the browser and in the window alike. */
export function rawAddress({ project, run, path }: RawAddress): string {
  return `/raw/${[project, run, ...path.split('/')].map(encodeURIComponent).join('/')}`;
}
