import { basename } from 'node:path';
import { AppError, ERROR_STATUS } from '../../shared/errors.ts';
import { parseServedAddress } from '../../shared/served-address.ts';
import { servedAnswer } from '../../shared/serving.ts';
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

/** Serves `GET /raw/…`, `/data/…` and `/diff/…` (shared/served-address.ts): bytes, whole or a range, `?download` to keep them. */
export async function raw(
  asked: Asked,
  url: URL,
  services: Pick<HostServices, 'servedFile'>,
  log: Log,
): Promise<Reply> {
  const { headers } = asked;
  if (RUNS.has(headers['sec-fetch-dest'] ?? ''))
    return text(403, 'Files of runs and data are shown, never run as a part of the page.');
  const address = parseServedAddress(url.pathname, url.search);
  if (!address) return text(400, 'This is not the address of a file of a run or of data.');
  try {
    const found = await services.servedFile(address);
    const answer = servedAnswer(found, {
      name: basename(address.path) || basename(found.path),
      download: url.searchParams.has('download'),
      range: headers.range,
      ifNoneMatch: headers['if-none-match'],
    });
    if (answer.status === 416) return { ...text(416, 'The file is shorter than that.'), headers: answer.headers };
    return {
      status: answer.status,
      headers: answer.headers,
      body: answer.bytes ? { file: found.path, range: answer.bytes } : '',
    };
  } catch (error) {
    if (error instanceof AppError) return text(ERROR_STATUS[error.code], error.message);
    log.error('a file could not be served', { error: String(error) });
    return text(500, 'This file could not be read. The log of Assay says why.');
  }
}
