import { createHash, type Hash, randomBytes } from 'node:crypto';
import { closeSync, fsync, ftruncateSync, mkdirSync, openSync, read, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTimeOf } from '../../platform/process-identity.ts';
import { CHUNK, writeAll } from '../datasets/file-hash.ts';
import type { Store } from './store.ts';

/** A download on its way. */
export type Incomplete = {
  readonly path: string;
  /** how many bytes are there */
  readonly size: number;
  write(bytes: Uint8Array): void;
  /** Begins anew. */
  restart(): void;
  /** SHA-256 of what is there. */
  oid(): string;
  /** Closes the file for its name to be given; a large one is on the disk then (a small one that a power cut truncates has another size). */
  finish(): Promise<void>;
  /** Closes it and leaves it for who goes on, git-lfs included. */
  keep(): void;
};

/** git-lfs leaves `<oid>.part`; while a process of Assay writes one it is called `<oid>-assay-<pid>-<start>-<random>`. */
const OURS = /^([0-9a-f]{64})-assay-(\d+)-(\w*)-[0-9a-f]+$/;

/** Goes on with what is left of an object: by git-lfs, by ourselves, or by a process that is gone. Renaming makes it belong to one. */
export async function openIncomplete({ folder }: Store, oid: string): Promise<Incomplete> {
  const place = join(folder, 'incomplete');
  mkdirSync(place, { recursive: true });
  const started = (startTimeOf(process.pid) ?? '').replace(/\W/g, '');
  const path = join(place, `${oid}-assay-${process.pid}-${started}-${randomBytes(4).toString('hex')}`);
  const part = join(place, `${oid}.part`);
  const left = readdirSync(place).filter((name) => name.startsWith(oid) && (name === `${oid}.part` || isLeft(name)));
  for (const name of left) {
    try {
      renameSync(join(place, name), path);
      break;
    } catch {
      // another process was faster
    }
  }
  const fd = openSync(path, 'a+', 0o644);
  let digest: Hash = createHash('sha256');
  let size = 0;
  const chunk = Buffer.allocUnsafe(CHUNK);
  try {
    for (;;) {
      // gigabytes may be there: others have their turn between two pieces
      const { bytesRead } = await promisify(read)(fd, chunk, 0, CHUNK, size);
      if (bytesRead === 0) break;
      digest.update(chunk.subarray(0, bytesRead));
      size += bytesRead;
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return {
    path,
    get size() {
      return size;
    },
    write(bytes) {
      writeAll(fd, bytes);
      digest.update(bytes);
      size += bytes.length;
    },
    restart() {
      ftruncateSync(fd, 0);
      digest = createHash('sha256');
      size = 0;
    },
    oid: () => digest.copy().digest('hex'),
    async finish() {
      if (size >= CHUNK) await promisify(fsync)(fd);
      closeSync(fd);
    },
    keep() {
      closeSync(fd);
      if (size > 0) renameSync(path, part);
      else rmSync(path);
    },
  };
}

/** Left behind by a process that is gone. */
function isLeft(name: string): boolean {
  const [, , pid, started] = OURS.exec(name) ?? [];
  if (pid === undefined) return false;
  const now = startTimeOf(Number(pid));
  return now === null || now.replace(/\W/g, '') !== started;
}
