import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isInside } from './paths.ts';

/** What an address of the page means: a file of the build, a file that is not there, a route of the app, or nothing valid. */
export type PageFile =
  | { readonly kind: 'file'; readonly file: string; readonly path: string }
  | { readonly kind: 'missing' | 'not-built' | 'invalid' };

/**
 * Finds what to serve for the (still percent-encoded) path of an address. It is decoded once, may hold no dot segments, backslashes or
 * zero bytes, and symlinks may not lead out of the folder. An address that is no file of the build is a route: `index.html`.
 */
export function findPageFile(folder: string, pathname: string): PageFile {
  let path: string;
  try {
    path = decodeURIComponent(pathname).replace(/^\/+/, '');
  } catch {
    return { kind: 'invalid' };
  }
  if (/[\\\0]/.test(path) || path.split('/').some((part) => part === '..' || part === '.')) return { kind: 'invalid' };
  const file = path === '' ? null : fileInside(folder, path);
  if (file) return { kind: 'file', file, path };
  // what is meant to be a part of the page and is not there must not come back as HTML
  if (/^assets\//.test(path) || /^[^/]+\.(?:js|css|map|ico|png|svg|txt|json|webmanifest)$/.test(path))
    return { kind: 'missing' };
  const index = fileInside(folder, 'index.html');
  return index ? { kind: 'file', file: index, path: 'index.html' } : { kind: 'not-built' };
}

function fileInside(folder: string, path: string): string | null {
  try {
    const real = realpathSync(resolve(folder, path));
    return isInside(realpathSync(folder), real) && statSync(real).isFile() ? real : null;
  } catch {
    return null;
  }
}
