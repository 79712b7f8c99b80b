import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, openSync, readdirSync, readSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startTimeOf } from '../../platform/process-identity.ts';
import { CHUNK, writeAll } from '../datasets/file-hash.ts';
import type { Sink } from './store.ts';

/** `partial-<hash>-<random>`, with `-<pid>-<start time>` while a process writes it. */
const NAME = /^partial-([0-9a-f]+(?:\.dir)?)-([0-9a-f]{8})(?:-(\d+)-(\w*))?$/;

/** Objects below this size are not worth waiting for the disk: a power cut that truncates one is found when it is hashed. */
const SYNC_FROM = CHUNK;

export type Partials = ReturnType<typeof openPartials>;
export type Partial = Sink & {
  readonly path: string;
  /** of everything written so far: SHA-256 when the object's name is one, else MD5 */
  digest(): string;
  /** Closes the file, on the disk, for its name to be given. */
  finish(): void;
  /** Closes it and leaves it for somebody who goes on. */
  keep(): void;
  /** Takes it away. */
  drop(): void;
};

/**
 * Downloads that began: files in a folder for temporary names, each owned by one process at a time. What a process that is gone has left, and
 * what was given back, is taken over by renaming it, so that of several processes exactly one goes on with it.
 */
export function openPartials(folder: string) {
  const owner = `${process.pid}-${(startTimeOf(process.pid) ?? '').replace(/\W/g, '')}`;
  const left = new Map<string, string>();
  for (const name of readdirSync(folder)) {
    const [, hash, , pid, started] = NAME.exec(name) ?? [];
    if (hash === undefined) continue;
    const now = pid === undefined ? null : startTimeOf(Number(pid));
    if (now === null || now.replace(/\W/g, '') !== started) left.set(hash, name);
  }

  /** A file of ours for this object, with what is left of an earlier try. */
  const claim = (hash: string): string => {
    const path = join(folder, `partial-${hash}-${randomBytes(4).toString('hex')}-${owner}`);
    const old = left.get(hash);
    if (old !== undefined) {
      left.delete(hash);
      try {
        renameSync(join(folder, old), path);
      } catch {
        // another process was faster
      }
    }
    return path;
  };

  return {
    open(hash: string): Partial {
      const path = claim(hash);
      const fd = openSync(path, 'a+', 0o644);
      const algorithm = hash.length === 64 ? 'sha256' : 'md5';
      let digest = createHash(algorithm);
      let offset = 0;
      const chunk = Buffer.allocUnsafe(CHUNK);
      for (;;) {
        const length = readSync(fd, chunk, 0, CHUNK, offset);
        if (length === 0) break;
        digest.update(chunk.subarray(0, length));
        offset += length;
      }
      return {
        path,
        get offset() {
          return offset;
        },
        write(bytes) {
          writeAll(fd, bytes);
          digest.update(bytes);
          offset += bytes.length;
        },
        restart() {
          ftruncateSync(fd, 0);
          digest = createHash(algorithm);
          offset = 0;
        },
        digest: () => digest.copy().digest('hex'),
        finish() {
          if (offset >= SYNC_FROM) fsyncSync(fd);
          closeSync(fd);
        },
        keep() {
          closeSync(fd);
          if (offset === 0) rmSync(path, { force: true });
          else renameSync(path, path.replace(/-\d+-\w*$/, ''));
        },
        drop() {
          closeSync(fd);
          rmSync(path, { force: true });
        },
      };
    },
  };
}
