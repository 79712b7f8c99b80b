import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const MOST_POINTER_BYTES = 1024;
const POINTER =
  /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:ext-\d-\w+ sha256:[0-9a-f]{64}\n)*oid sha256:(?<oid>[0-9a-f]{64})\nsize (?<size>\d{1,16})\n$/;

export type Pointed = { readonly oid: string; readonly size: number };

/** The Git LFS object that a file's content stands for; null when it is a file of its own. */
export function pointedBy(file: string): Pointed | null {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? MOST_POINTER_BYTES) >= MOST_POINTER_BYTES) return null;
  const head = Buffer.alloc(MOST_POINTER_BYTES);
  const fd = openSync(file, 'r');
  try {
    const text = head.toString('utf8', 0, readSync(fd, head, 0, head.length, 0));
    const { oid, size } = POINTER.exec(text)?.groups ?? {};
    return oid ? { oid, size: Number(size) } : null;
  } finally {
    closeSync(fd);
  }
}

/** Where Git LFS keeps an object on this machine; null when it is not there, or not whole. */
export function lfsObject(gitTop: string, { oid, size }: Pointed): string | null {
  const path = join(commonFolder(gitTop), 'lfs', 'objects', oid.slice(0, 2), oid.slice(2, 4), oid);
  return statSync(path, { throwIfNoEntry: false })?.size === size ? path : null;
}

/** `.git`, also of a linked worktree, whose `.git` is a file that points to it. */
function commonFolder(gitTop: string): string {
  const path = join(gitTop, '.git');
  if (statSync(path).isDirectory()) return path;
  const pointer = /^gitdir: (.+?)\s*$/.exec(readFileSync(path, 'utf8').slice(0, 8192))?.[1];
  const own = resolve(gitTop, pointer ?? '.git');
  try {
    return resolve(own, readFileSync(join(own, 'commondir'), 'utf8').trim());
  } catch {
    return own;
  }
}
