import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough, pipeline } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { forwardStream, type Opened, openForward } from './forward.ts';

/** How joblib's compressed files begin (joblib `numpy_pickle_utils.py`). */
const PREFIXES: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['bz2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58]],
  ['lzma', [0x5d, 0x00]],
  ['lz4', [0x04, 0x22, 0x4d, 0x18]],
];

/** The compression of a pickle by its first bytes; null when it has none. */
export function compression(head: Buffer): string | null {
  // zlib: the first two bytes are a multiple of 31
  if (head[0] === 0x78 && head.length > 1 && head.readUInt16BE(0) % 31 === 0) return 'zlib';
  return PREFIXES.find(([, bytes]) => bytes.every((byte, i) => head[i] === byte))?.[0] ?? null;
}

/** The first bytes of a file, fewer when it is shorter. */
export async function headOf(file: string, length = 4096): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await handle.read(buffer, 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/**
 * A file that may be compressed, read forwards; what it inflates to is bounded.
 * @throws Error for a compression that is not read here
 */
export async function openInflated(file: string, kind: string | null): Promise<Opened> {
  if (kind === null) return openForward(file);
  if (kind !== 'zlib' && kind !== 'gzip') throw new Error(`it is compressed with ${kind}, which is not read here`);
  const out = new PassThrough();
  pipeline(createReadStream(file), kind === 'zlib' ? createInflate() : createGunzip(), out, () => {});
  return forwardStream(out);
}
