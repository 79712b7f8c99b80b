import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { writeError } from '../../../platform/files.ts';
import { retrying } from '../../remotes/retry.ts';
import type { RemoteStore, Sink } from '../../remotes/store.ts';
import { pathBelow } from '../arriving.ts';
import type { OutgoingFile } from '../driver.ts';

type Reading = { readonly signal: AbortSignal; readonly onBytes?: (count: number) => void };

/**
 * Reads an object to its end, going on where a connection was cut; null when it is not there.
 * @throws AppError CONFLICT when there is more than `limit`
 */
async function read(
  store: RemoteStore,
  key: string,
  limit: number,
  { signal, onBytes }: Reading,
  to: (bytes: Uint8Array) => void,
): Promise<{ size: number; sha256: string } | null> {
  const hash = createHash('sha256');
  let size = 0;
  const sink: Sink = {
    get offset() {
      return size;
    },
    write(bytes) {
      size += bytes.length;
      if (size > limit)
        throw new AppError('CONFLICT', `The object ${key} has more than the ${limit} bytes that it should have.`);
      hash.update(bytes);
      to(bytes);
      onBytes?.(bytes.length);
    },
    restart() {
      throw new AppError(
        'UNAVAILABLE',
        `${store.address} does not go on with ${key} where it was cut off. Run this again.`,
      );
    },
  };
  const found = await retrying(() => store.get(key, sink, signal), { signal, progress: () => size });
  return found ? { size, sha256: hash.digest('hex') } : null;
}

/** Size and SHA-256 of an object as it is read back; null when it is not there. */
export const hashObject = (store: RemoteStore, key: string, limit: number, reading: Reading) =>
  read(store, key, limit, reading, () => {});

/** A small object as text; null when it is not there. */
export async function textObject(store: RemoteStore, key: string, limit: number, signal: AbortSignal) {
  const parts: Uint8Array[] = [];
  const found = await read(store, key, limit, { signal }, (bytes) => void parts.push(Uint8Array.from(bytes)));
  return found === null ? null : Buffer.concat(parts).toString('utf8');
}

/** Fetches an object into a new file below a folder. @throws AppError NOT_FOUND when it is not there any more */
export async function fetchObject(
  store: RemoteStore,
  key: string,
  folder: string,
  path: string,
  limit: number,
  reading: Reading,
): Promise<OutgoingFile> {
  const file = pathBelow(folder, path);
  try {
    mkdirSync(dirname(file), { recursive: true });
    const fd = openSync(file, 'wx', 0o644);
    try {
      const found = await read(store, key, limit, reading, (bytes) => {
        for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      });
      if (!found) throw new AppError('NOT_FOUND', `${key} is not in ${store.address} any more. Pull again.`);
      return { path, file, ...found };
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw typeof (error as NodeJS.ErrnoException).errno === 'number' ? writeError(file, error) : error;
  }
}
