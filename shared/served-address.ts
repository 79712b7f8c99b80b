/** Addresses of bytes that the page shows, in the browser and in the window alike: files of runs, versions of data, sides of a diff. */

export type RunAddress = {
  readonly kind: 'run';
  readonly project: string;
  readonly run: string;
  readonly path: string;
};
/** A file of a version; `rev` null is the working copy. */
export type DataAddress = {
  readonly kind: 'data';
  readonly project: string;
  readonly rev: string | null;
  readonly path: string;
  readonly thumb: number | null;
};
/** A file of a side of a diff, by its path there ('' for a diff of two files), or a picture of where the two sides of an image differ. */
export type DiffAddress = {
  readonly kind: 'diff';
  readonly project: string;
  readonly diff: string;
  readonly which: 'before' | 'after' | 'heat';
  readonly path: string;
  readonly thumb: number | null;
};
export type ServedAddress = RunAddress | DataAddress | DiffAddress;

/** Sides of the square that a thumbnail fits into; what is asked for becomes the next larger one. */
export const THUMB_SIDES = [64, 128, 256, 512, 1024, 2048] as const;
/** Stands for the working copy: no branch or tag can be called so. */
const WORKING = '~';
const PREFIX = /^\/(raw|data|diff)\//;

/** Whether a path (still percent-encoded) is the address of bytes, well-formed or not, and no route of the app. */
export const isServedPath = (pathname: string): boolean => PREFIX.test(pathname);

/**
 * Reads `/raw/<project>/<run>/<path…>`, `/data/<project>/<rev or ~>/<path…>` and `/diff/<project>/<diff>/<before|after|heat>[/<path…>]`, the
 * last two with `?thumb=SIDE`. Each segment is decoded once. Null when one is empty, a dot segment, or hides a separator or a zero byte; only
 * a rev may hold `/`, since it is a name of git and no path.
 */
export function parseServedAddress(pathname: string, search = ''): ServedAddress | null {
  const room = PREFIX.exec(pathname)?.[1];
  if (!room) return null;
  const segments = pathname
    .slice(room.length + 2)
    .split('/')
    .map(decode);
  const [project, second, ...rest] = segments;
  if (!isPlain(project) || second === null || second === undefined || second === '' || second.includes('\0'))
    return null;
  if (!rest.every(isPlain)) return null;
  const thumb = thumbOf(search);
  if (thumb === undefined) return null;
  if (room === 'diff') {
    const [which, ...path] = rest;
    if (!isPlain(second) || (which !== 'before' && which !== 'after' && which !== 'heat')) return null;
    return { kind: 'diff', project, diff: second, which, path: path.join('/'), thumb };
  }
  if (rest.length === 0) return null;
  const path = rest.join('/');
  if (room === 'data') return { kind: 'data', project, rev: second === WORKING ? null : second, path, thumb };
  return isPlain(second) ? { kind: 'run', project, run: second, path } : null;
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

function isPlain(segment: string | null | undefined): segment is string {
  return (
    typeof segment === 'string' && segment !== '' && segment !== '.' && segment !== '..' && !/[/\\\0]/.test(segment)
  );
}

/** Null when none is asked for, undefined when it is no number. */
function thumbOf(search: string): number | null | undefined {
  const match = /[?&]thumb=([^&]*)/.exec(search);
  if (!match) return null;
  if (!/^\d{1,5}$/.test(match[1]!)) return undefined;
  return THUMB_SIDES.find((side) => side >= Number(match[1])) ?? THUMB_SIDES.at(-1)!;
}

type Options = {
  /** for a WebP thumbnail that fits into a square of so many pixels; see `THUMB_SIDES` */
  readonly thumb?: number;
  readonly download?: boolean;
};

/** The address of a file of a version. */
export function dataAddress(
  { project, rev, path }: { project: string; rev: string | null; path: string },
  options: Options = {},
): string {
  return `/data/${[project, rev ?? WORKING, ...path.split('/')].map(encodeURIComponent).join('/')}${query(options)}`;
}

/**
 * The address of a file of a diff's side, by its path on that side ('' for a diff of two files); `heat` takes the path that both sides have and
 * gives a PNG.
 */
export function diffAddress(
  { project, diff, which, path }: { project: string; diff: string; which: DiffAddress['which']; path: string },
  options: Options = {},
): string {
  const segments = [project, diff, which, ...(path === '' ? [] : path.split('/'))];
  return `/diff/${segments.map(encodeURIComponent).join('/')}${query(options)}`;
}

function query({ thumb, download }: Options): string {
  const parts = [...(thumb === undefined ? [] : [`thumb=${thumb}`]), ...(download ? ['download'] : [])];
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
