import { statSync } from 'node:fs';
import { PAGE_CSP, pageCacheControl, pageMediaType, SECURITY_HEADERS } from '../../shared/serving.ts';
import { findPageFile } from '../platform/page-file.ts';
import type { Asked, Reply } from './types.ts';

/** Serves the built page: its files as they are, and `index.html` for every address that is a route of the app. */
export function createStatic(folder: string): (asked: Asked, pathname: string) => Reply {
  return ({ headers }, pathname) => {
    const found = findPageFile(folder, pathname);
    switch (found.kind) {
      case 'file':
        return page(found.file, found.path, headers['accept-encoding']);
      case 'missing':
        return text(404, 'There is no such file. Reload the page; it may have been updated.');
      case 'not-built':
        return text(503, 'The page has not been built yet. Run "npm run build" in the folder of Assay, then reload.');
      case 'invalid':
        return text(400, 'This address is not a valid path.');
    }
  };
}

function page(file: string, path: string, acceptEncoding = ''): Reply {
  const zipped = /\bgzip\b/.test(acceptEncoding) && statSync(`${file}.gz`, { throwIfNoEntry: false })?.isFile();
  return {
    status: 200,
    headers: {
      ...SECURITY_HEADERS,
      'content-type': pageMediaType(path),
      'content-security-policy': PAGE_CSP,
      'cache-control': pageCacheControl(path),
      vary: 'accept-encoding',
      ...(zipped ? { 'content-encoding': 'gzip' } : {}),
    },
    body: { file: zipped ? `${file}.gz` : file, range: null },
  };
}

/** A short page that says one thing, with nothing in it that could run. */
export function text(status: number, message: string, extra: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: {
      ...SECURITY_HEADERS,
      'content-type': 'text/plain; charset=utf-8',
      'content-security-policy': PAGE_CSP,
      'cache-control': 'no-store',
      ...extra,
    },
    body: `${message}\n`,
  };
}
