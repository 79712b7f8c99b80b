import { createReadStream, type ReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { writeError } from '../../platform/files.ts';
import { cancelled, passing } from '../remotes/problems.ts';
import { type BatchObject, postJson, problemOf, readText } from './batch.ts';
import { addressOf, type Body, type LfsHttp } from './http.ts';
import { openIncomplete } from './incomplete.ts';
import { connectionProblem } from './problems.ts';
import { objectPath, type Store } from './store.ts';
import { putInPlace } from './tasks.ts';

type Options = {
  readonly signal: AbortSignal;
  /** negative when bytes that were counted must come again */
  readonly onBytes: (count: number) => void;
};

/**
 * Fetches an object into the store. What an earlier try has left is gone on with; the SHA-256 is checked before the object gets its name.
 * @param onKept how much is kept for another try when this one fails
 */
export async function downloadObject(
  http: LfsHttp,
  { oid, size, authenticated, download }: BatchObject,
  store: Store,
  { signal, onBytes, onKept }: Options & { readonly onKept: (size: number) => void },
): Promise<void> {
  const { href, header } = download!;
  const file = await openIncomplete(store, oid);
  let done = false;
  const restart = (): void => {
    onBytes(-file.size);
    file.restart();
  };
  try {
    onBytes(file.size);
    if (file.size > size) restart();
    if (file.size < size) {
      const from = file.size;
      const response = await http.request(href, {
        method: 'GET',
        // packed answers would have other bytes and lengths
        headers: {
          accept: 'application/octet-stream, */*',
          'accept-encoding': 'identity',
          ...header,
          ...(from > 0 ? { range: `bytes=${from}-${size - 1}` } : {}),
        },
        ours: !authenticated,
        signal,
      });
      if (response.status === 416) {
        await response.body?.cancel();
        restart();
        throw passing(`${addressOf(href)} cannot go on where the download stopped; it begins anew.`, 0);
      }
      if (response.status !== 200 && response.status !== 206) throw problemOf(response, href, await readText(response));
      const begins = response.status === 206 ? startOf(response.headers.get('content-range')) : 0;
      if (begins !== file.size) restart();
      if (begins !== null && begins > file.size) {
        await response.body?.cancel();
        throw passing(`${addressOf(href)} sent another part than was asked for.`, 0);
      }
      for await (const part of response.body ?? []) {
        if (file.size + part.length > size) {
          restart();
          throw passing(`${addressOf(href)} sent more than the ${size} bytes of the object ${oid.slice(0, 12)}….`);
        }
        file.write(part);
        onBytes(part.length);
      }
      if (file.size < size) throw passing(`The connection to ${addressOf(href)} was cut.`);
    }
    if (file.oid() !== oid) {
      restart();
      throw passing(
        `What ${addressOf(href)} sent is not the object ${oid.slice(0, 12)}… (its SHA-256 is another one). Nothing of it was kept.`,
      );
    }
    await file.finish();
    done = true;
    putInPlace(file.path, objectPath(store, oid));
  } catch (error) {
    if (signal.aborted) throw cancelled();
    throw isOfDisk(error) ? writeError(file.path, error) : connectionProblem(error, addressOf(href));
  } finally {
    if (!done) {
      onKept(file.size);
      file.keep();
    }
  }
}

/** A full disk is not mended by asking again. */
const isOfDisk = (error: unknown): boolean =>
  ['write', 'open', 'rename', 'mkdir', 'fsync', 'ftruncate'].includes(
    String((error as NodeJS.ErrnoException | null)?.syscall),
  );

/** Where a part begins that a server sends; null when it does not say. */
const startOf = (range: string | null): number | null => {
  const start = /^bytes (\d+)-/.exec(range ?? '')?.[1];
  return start === undefined ? null : Number(start);
};

/** Sends an object, then tells the server that it is there, when it wants to be told. */
export async function uploadObject(
  http: LfsHttp,
  { oid, size, authenticated, upload, verify }: BatchObject,
  file: string,
  { signal, onBytes }: Options,
): Promise<void> {
  const { href, header } = upload!;
  let sent = 0;
  let stream: ReadStream | null = null;
  const body = (): Body => {
    onBytes(-sent);
    sent = 0;
    // a request that fails before it is sent leaves its body open
    stream?.destroy();
    stream = createReadStream(file, { highWaterMark: 1 << 18 }).on('data', (part) => {
      sent += part.length;
      onBytes(part.length);
    });
    return Readable.toWeb(stream.pause()) as unknown as Body;
  };
  try {
    const response = await http.request(href, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream', ...header, 'content-length': String(size) },
      body,
      ours: !authenticated,
      signal,
    });
    const text = await readText(response);
    if (!response.ok) throw problemOf(response, href, text);
  } catch (error) {
    if (signal.aborted) throw cancelled();
    throw connectionProblem(error, addressOf(href));
  } finally {
    (stream as ReadStream | null)?.destroy();
  }
  if (verify)
    await postJson(http, { url: verify.href, headers: verify.header }, { oid, size }, { ours: !authenticated, signal });
}
