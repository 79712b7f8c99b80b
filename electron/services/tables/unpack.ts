import { createWriteStream } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../../shared/errors.ts';
import { openBytes } from './csv-scan.ts';
import { cancelled } from './database.ts';
import type { DataFile } from './side.ts';

const MOST_BYTES = 256e9;

/**
 * Writes the unpacked bytes of a file; at most half of what the disk has free, and 256 GB.
 * @throws AppError BAD_REQUEST when it comes to more, CANCELLED
 */
export async function unpack(source: DataFile, to: string, signal?: AbortSignal): Promise<void> {
  const disk = await statfs(dirname(to));
  const most = Math.min(MOST_BYTES, (disk.bavail * disk.bsize) / 2);
  let size = 0;
  const bounded = new Transform({
    transform(piece: Buffer, _, done) {
      size += piece.length;
      if (size <= most) return done(null, piece);
      const limit = `${Math.floor(most / 1e6)} MB`;
      const message = `${source.name} unpacks to more than ${limit}, half of what the disk for temporary files has free. Unpack it yourself and compare that file.`;
      done(new AppError('BAD_REQUEST', message));
    },
  });
  try {
    await pipeline(openBytes(source), bounded, createWriteStream(to), ...(signal ? [{ signal }] : []));
  } catch (error) {
    if (signal?.aborted) throw cancelled();
    throw error;
  }
}
