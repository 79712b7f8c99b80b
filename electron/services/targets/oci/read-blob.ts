import { createHash, type Hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { writeError } from '../../../platform/files.ts';
import { retrying } from '../../remotes/retry.ts';
import { cut } from '../../web/problems.ts';
import type { Descriptor } from './manifest.ts';
import type { Registry } from './registry.ts';

export type ReadWork = { readonly signal: AbortSignal; readonly onBytes: (count: number) => void };

type Sink = { write(piece: Uint8Array): Promise<void>; restart(): Promise<void> };

/**
 * Reads a blob, hashed on its way; after a cut it goes on where it was. Never takes more bytes than the descriptor says.
 * @throws AppError CONFLICT when the bytes are others than the digest or the size says
 */
async function readInto(
  registry: Registry,
  repository: string,
  blob: Descriptor,
  sink: Sink,
  work: ReadWork,
): Promise<void> {
  const { origin } = registry;
  const wrong = (what: string): AppError =>
    new AppError(
      'CONFLICT',
      `${origin} gave ${blob.digest} of ${repository} back ${what}. Do not use it: whoever runs the registry must delete that blob; then push it again.`,
    );
  let got = 0;
  let hash: Hash = createHash('sha256');
  const restart = async (): Promise<void> => {
    work.onBytes(-got);
    got = 0;
    hash = createHash('sha256');
    await sink.restart();
  };
  const attempt = async (): Promise<void> => {
    const answer = await registry.openBlob(repository, blob.digest, got, work.signal);
    const start = answer.status === 206 ? Number(/^bytes (\d+)-/.exec(answer.headers['content-range'] ?? '')?.[1]) : 0;
    if (start !== got) await restart();
    const told = answer.headers['content-length'];
    if (start !== got || (told !== undefined && Number(told) !== blob.size - got)) {
      answer.giveUp();
      throw wrong(`with another size than its ${blob.size} bytes`);
    }
    for await (const piece of answer.stream) {
      if (got + piece.length > blob.size) {
        answer.giveUp();
        throw wrong(`with more than its ${blob.size} bytes`);
      }
      hash.update(piece);
      await sink.write(piece);
      got += piece.length;
      work.onBytes(piece.length);
    }
    if (got < blob.size) throw cut(origin);
  };
  await retrying(attempt, { signal: work.signal, progress: () => got });
  const digest = `sha256:${hash.digest('hex')}`;
  if (digest !== blob.digest) throw wrong(`as ${digest}`);
}

/** Reads a blob and keeps nothing of it. */
export const checkBlob = (registry: Registry, repository: string, blob: Descriptor, work: ReadWork): Promise<void> =>
  readInto(registry, repository, blob, { write: async () => {}, restart: async () => {} }, work);

/** A blob as text of at most `max` bytes. @throws AppError BAD_REQUEST when it says that it is larger */
export async function readText(
  registry: Registry,
  repository: string,
  blob: Descriptor,
  max: number,
  work: ReadWork,
): Promise<string> {
  if (blob.size > max)
    throw new AppError(
      'BAD_REQUEST',
      `${blob.mediaType} of ${repository} is larger than ${max} bytes. It was not pushed by Assay.`,
    );
  let parts: Uint8Array[] = [];
  const sink: Sink = {
    write: async (piece) => void parts.push(piece),
    restart: async () => {
      parts = [];
    },
  };
  await readInto(registry, repository, blob, sink, work);
  return Buffer.concat(parts).toString('utf8');
}

/** Reads a blob into a file that must not be there yet. @throws AppError UNAVAILABLE when it cannot be written */
export async function readFileOf(
  registry: Registry,
  repository: string,
  blob: Descriptor,
  file: string,
  work: ReadWork,
): Promise<void> {
  let handle: FileHandle;
  try {
    mkdirSync(dirname(file), { recursive: true });
    handle = await open(file, 'wx');
  } catch (error) {
    throw writeError(file, error);
  }
  try {
    let at = 0;
    const sink: Sink = {
      async write(piece) {
        try {
          for (let done = 0; done < piece.length; ) {
            const { bytesWritten } = await handle.write(piece, done, piece.length - done, at);
            done += bytesWritten;
            at += bytesWritten;
          }
        } catch (error) {
          throw writeError(file, error);
        }
      },
      async restart() {
        at = 0;
        await handle.truncate(0);
      },
    };
    await readInto(registry, repository, blob, sink, work);
  } finally {
    await handle.close();
  }
}
