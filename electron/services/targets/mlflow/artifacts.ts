import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { passing } from '../../remotes/problems.ts';
import type { WebBody } from '../../web/client.ts';
import type { Rest } from './rest.ts';

const Listing = z.object({
  files: z
    .array(
      z.object({
        path: z.string(),
        is_dir: z.boolean().default(false),
        file_size: z.coerce.number().min(0).default(0),
      }),
    )
    .default([]),
});

const MAX_LISTED = 20_000;
const MAX_DEPTH = 40;
const PROXY = '/api/2.0/mlflow-artifacts/artifacts';

/** A path as part of an address; `/` stays. */
export const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/**
 * Where the proxy keeps the artifacts of a run: the path of `mlflow-artifacts:/<path>`.
 * @throws AppError UNAVAILABLE for a server whose artifacts are reached in another way: its clients write to that place themselves
 */
export function proxyPath(uri: string, { base, address }: Pick<Rest, 'base' | 'address'>): string {
  const url = URL.parse(uri);
  const own = new URL(base);
  if (url?.protocol === 'mlflow-artifacts:' && (url.host === '' || url.host === own.host)) {
    const path = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, '');
    const parts = path.split('/');
    if (path !== '' && !parts.some((part) => part === '' || part === '.' || part === '..')) return path;
  }
  const kind = url?.protocol.replace(/:$/, '') || 'file';
  throw new AppError(
    'UNAVAILABLE',
    `${address} keeps artifacts under ${kind}:, where only its own clients reach. Start it with "mlflow server --serve-artifacts --artifacts-destination …" and name another experiment in assay.yaml: one that exists keeps its place.`,
  );
}

/** Sizes of all files below a folder of the proxy, by path; empty when there is none. What a server lists is hostile. */
export async function listArtifacts(rest: Rest, folder: string): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  let entries = 0;
  const walk = async (below: string, depth: number): Promise<void> => {
    const at = below === '' ? folder : `${folder}/${below}`;
    const { files } = await rest.again(async () => {
      const answer = await rest.ask({ method: 'GET', path: `${PROXY}?path=${encodeURIComponent(at)}` });
      return Listing.parse(await answer.json(16 << 20));
    });
    for (const { path, is_dir, file_size } of files) {
      if (path === '' || path === '.' || path === '..' || /[/\\\0]/.test(path))
        throw strange(rest, `lists a file ${JSON.stringify(path.slice(0, 200))}, which leads elsewhere`);
      if (++entries > MAX_LISTED || depth > MAX_DEPTH) throw strange(rest, 'lists more files than any model has');
      const name = below === '' ? path : `${below}/${path}`;
      if (is_dir) await walk(name, depth + 1);
      else found.set(name, file_size);
    }
  };
  await walk('', 0);
  return found;
}

const strange = ({ address }: Rest, what: string): AppError =>
  new AppError('CONFLICT', `${address} ${what}. Nothing was taken from it.`);

/** Puts a file in place; the server shows it only when all of it has come. */
export async function putArtifact(rest: Rest, path: string, body: WebBody, onSent: (count: number) => void) {
  await rest.again(async () => {
    let sent = 0;
    try {
      const answer = await rest.ask({
        method: 'PUT',
        path: `${PROXY}/${encoded(path)}`,
        headers: { 'content-type': 'application/octet-stream' },
        body,
        onSent: (count) => {
          sent += count;
          onSent(count);
        },
        redirect: 'manual',
      });
      await answer.text().catch(() => '');
    } catch (error) {
      onSent(-sent);
      throw error;
    }
  });
}

/** The bytes of a file there; null when there is none. @throws AppError CONFLICT beyond `limit` */
export async function openArtifact(rest: Rest, path: string, limit: number): Promise<AsyncIterable<Uint8Array> | null> {
  const answer = await rest.ask({ method: 'GET', path: `${PROXY}/${encoded(path)}` }, [404]).catch((error: unknown) => {
    // servers before 3 call a file that is not there an error of their own
    if (error instanceof AppError && /no such file|not exist|No such artifact/i.test(error.message)) return null;
    throw error;
  });
  if (!answer || answer.status === 404) {
    answer?.giveUp();
    return null;
  }
  const { address } = rest;
  const length = Number(answer.headers['content-length'] ?? Number.NaN);
  return (async function* () {
    let size = 0;
    for await (const bytes of answer.stream) {
      size += bytes.length;
      if (size > limit)
        throw new AppError('CONFLICT', `${address} sends more than the ${limit} bytes of ${JSON.stringify(path)}.`);
      yield bytes;
    }
    if (Number.isFinite(length) && size !== length) throw passing(`${address} ended its answer early. Try again.`);
  })();
}

/** What a file there is; null when it is not there. */
export async function hashArtifact(
  rest: Rest,
  path: string,
  limit: number,
  onBytes: (count: number) => void,
): Promise<{ size: number; sha256: string } | null> {
  return await rest.again(async () => {
    let size = 0;
    try {
      const stream = await openArtifact(rest, path, limit);
      if (!stream) return null;
      const hash = createHash('sha256');
      for await (const bytes of stream) {
        hash.update(bytes);
        size += bytes.length;
        onBytes(bytes.length);
      }
      return { size, sha256: hash.digest('hex') };
    } catch (error) {
      onBytes(-size);
      throw error;
    }
  });
}

/** A small text there; null when it is not there, or larger than `limit`. */
export async function readText(rest: Rest, path: string, limit: number): Promise<string | null> {
  return await rest.again(async () => {
    const stream = await openArtifact(rest, path, limit);
    if (!stream) return null;
    const parts: Uint8Array[] = [];
    for await (const bytes of stream) parts.push(bytes);
    return Buffer.concat(parts).toString('utf8');
  });
}
