import { constants, createReadStream, lstatSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { writeError } from '../../../platform/files.ts';
import { cancelled } from '../../remotes/problems.ts';
import { MAX_FILES } from '../arriving.ts';
import { sha256Of } from '../sound.ts';
import { makeBelow } from './places.ts';

type Wanted = { readonly path: string; readonly size: number; readonly sha256: string };

/** Bytes of a file that is no link. */
export const readPlain = (file: string, signal: AbortSignal): AsyncIterable<Uint8Array> =>
  createReadStream(file, {
    // biome-ignore lint/suspicious/noExplicitAny: Node takes numbers here, its types say only strings
    flags: (constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)) as any,
    highWaterMark: 1 << 20,
    signal,
  }) as AsyncIterable<Uint8Array>;

/** Paths of all files below a folder with `/`; empty when it is not there. @throws AppError CONFLICT when there is a link or too many */
export function filesBelow(folder: string): string[] {
  const found: string[] = [];
  const walk = (path: string): void => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
      const at = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) walk(at);
      else if (entry.isFile()) found.push(at);
      else
        throw new AppError(
          'CONFLICT',
          `${join(folder, at)} is no plain file. Remove it; Assay reads no model through links.`,
        );
      if (found.length > MAX_FILES) throw new AppError('CONFLICT', `${folder} has more than ${MAX_FILES} files.`);
    }
  };
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) walk('');
  return found.sort();
}

/** Whether a plain file is there with these bytes. */
export async function isThere(file: string, { size, sha256 }: Wanted, signal: AbortSignal): Promise<boolean> {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size === size && (await sha256Of(file, signal)) === sha256;
}

/**
 * Copies a file so that what is there afterwards is on the disk. A copy that ends early is removed.
 * @throws AppError UNAVAILABLE when it cannot be written
 */
export async function copyInto(
  folder: string,
  from: string,
  to: string,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<void> {
  makeBelow(folder, dirname(to));
  rmSync(to, { force: true });
  let written = 0;
  try {
    const target = await open(to, 'wx', 0o644);
    try {
      for await (const bytes of createReadStream(from, { highWaterMark: 1 << 20, signal })) {
        await target.writeFile(bytes as Buffer);
        written += (bytes as Buffer).length;
        onBytes((bytes as Buffer).length);
      }
      await target.datasync();
    } finally {
      await target.close();
    }
  } catch (error) {
    rmSync(to, { force: true });
    onBytes(-written);
    throw signal.aborted ? cancelled() : writeError(to, error);
  }
}
