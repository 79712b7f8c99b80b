import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checkStop, type Stop, sameStamp, stampOf } from './file-hash.ts';
import { readMemory } from './memory.ts';
import type { DataCalls, Scan } from './protocol.ts';
import { walkFolder } from './walk.ts';

/** Looks at a file or folder and compares it with what is remembered of it. */
export function scan({ root, path, memory, always }: DataCalls['scan']['input'], stop: Stop): Scan {
  const full = join(root, path);
  const stat = statSync(full, { throwIfNoEntry: false });
  if (!stat) return { kind: 'missing' };
  const isFolder = stat.isDirectory();
  const known = readMemory(memory);
  let seen = 0;
  const check = (): void => {
    if (++seen % 256 === 0) checkStop(stop);
  };
  // a single file is walked as the only one of its folder
  if (!isFolder && !stat.isFile()) throw notAFile(path);
  const { relpaths, stamps } = isFolder ? walkFolder(root, path, check) : { relpaths: [''], stamps: [stampOf(stat)] };
  let fresh = 0;
  const md5s = relpaths.map((relpath, i) => {
    const before = known.files.get(relpath);
    if (!before || !sameStamp(before.stamp, stamps[i]!)) return null;
    fresh++;
    return before.md5;
  });
  if (!always && known.hash !== null && fresh === relpaths.length && fresh === known.files.size) {
    const size = stamps.reduce((sum, stamp) => sum + stamp[3], 0);
    return { kind: 'same', isFolder, hash: known.hash, size, nfiles: fresh };
  }
  return { kind: 'read', isFolder, isexec: !isFolder && (stat.mode & 0o100) !== 0, relpaths, stamps, md5s };
}

const notAFile = (path: string): Error =>
  new Error(`${basename(path)} in ${dirname(path)} is neither a file nor a folder. Only those can be versioned.`);
