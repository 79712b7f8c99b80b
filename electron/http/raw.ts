import { basename } from 'node:path';
import { AppError, ERROR_STATUS } from '../../shared/errors.ts';
import { artifactHeaders, parseRange, parseRawAddress } from '../../shared/serving.ts';
import type { Log } from '../platform/log.ts';
import { text } from './static.ts';
import type { Asked, HostServices, Reply } from './types.ts';

/** What a browser asks for when it would run or apply the answer inside our page. */
const RUNS = new Set([
  'script',
  'style',
  'worker',
  'sharedworker',
  'serviceworker',
  'audioworklet',
  'paintworklet',
  'manifest',
  'xslt',
]);

/** Serves `GET /raw/<project>/<run>/<path…>`: an artifact's bytes, whole or a range, `?download` to keep them. */
export async function raw(
  asked: Asked,
  url: URL,
  services: Pick<HostServices, 'artifactFile'>,
  log: Log,
): Promise<Reply> {
  if (RUNS.has(asked.headers['sec-fetch-dest'] ?? ''))
    return text(403, 'Files of a run are shown, never run as a part of the page.');
  const address = parseRawAddress(url.pathname);
  if (!address) return text(400, 'This is not the address of a file of a run.');
  try {
    const { path, mediaType, size } = await services.artifactFile(address.project, address.run, address.path);
    const headers = artifactHeaders(basename(address.path), mediaType, url.searchParams.has('download'));
    const range = parseRange(asked.headers.range, size);
    if (range === 'unsatisfiable')
      return {
        ...text(416, 'The file is shorter than that.'),
        headers: { ...headers, 'content-range': `bytes */${size}` },
      };
    if (range === null)
      return {
        status: 200,
        headers: { ...headers, 'content-length': String(size) },
        body: { file: path, range: null },
      };
    const partial = {
      'content-range': `bytes ${range.start}-${range.end}/${size}`,
      'content-length': String(range.end - range.start + 1),
    };
    return { status: 206, headers: { ...headers, ...partial }, body: { file: path, range } };
  } catch (error) {
    if (error instanceof AppError) return text(ERROR_STATUS[error.code], error.message);
    log.error('an artifact could not be served', { error: String(error) });
    return text(500, 'This file could not be read. The log of Assay says why.');
  }
}
