import { createHash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { Repository } from './repository.ts';

/**
 * Stores a small blob as a loose object and returns its id. Under a temporary name first: whoever dies while writing leaves no half object
 * that git would call corrupt.
 */
export function writeLooseBlob({ commonFolder }: Repository, content: Uint8Array): string {
  const bytes = Buffer.concat([Buffer.from(`blob ${content.length}\0`), content]);
  const oid = createHash('sha1').update(bytes).digest('hex');
  const folder = join(commonFolder, 'objects', oid.slice(0, 2));
  const path = join(folder, oid.slice(2));
  if (existsSync(path)) return oid;
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `tmp_obj_${randomBytes(6).toString('hex')}`);
  try {
    const fd = openSync(temporary, 'wx', 0o444);
    try {
      writeFileSync(fd, deflateSync(bytes));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return oid;
}
