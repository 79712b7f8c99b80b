import { join } from 'node:path';
import type { Context } from './context.ts';
import { type Entry, writeManifest } from './manifest.ts';
import { memoryFile, writeMemory } from './memory.ts';
import { portionsOf } from './pool.ts';
import type { Scan } from './protocol.ts';

/** What the working copy of a dataset holds now. */
export type Present = {
  readonly isFolder: boolean;
  readonly isexec: boolean;
  readonly hash: string;
  readonly size: number;
  readonly nfiles: number;
  /** null when nothing changed since it was last read */
  readonly entries: readonly Entry[] | null;
  /** the bytes of a folder's list of files, where it was made anyway */
  readonly manifest?: Buffer | undefined;
};

/**
 * Reads what is in a dataset's place; only files that changed since the last time are read. Null when nothing is there.
 * @param full with all entries, also when nothing changed
 */
export async function readData(
  context: Context,
  path: string,
  legacy: boolean,
  full: boolean,
): Promise<Present | null> {
  const { repo, pool, stop, report } = context;
  const memory = memoryFile(context.project, `${repo.root}\0${path}`, legacy);
  const startedAt = Date.now();
  const scan: Scan = await pool.ask('scan', { root: repo.root, path, memory, always: full }, stop);
  if (scan.kind === 'missing') return null;
  if (scan.kind === 'same') return { ...scan, isexec: false, entries: null };
  const { relpaths, stamps, md5s } = scan;
  const unread = relpaths.flatMap((_, i) => (md5s[i] === null ? [i] : []));
  const total = unread.reduce((sum, i) => sum + stamps[i]![3], 0);
  let done = 0;
  await pool.inPortions(
    'hash',
    portionsOf(unread.length, (i) => stamps[unread[i]!]![3]),
    ([from, to]) => ({
      items: unread.slice(from, to).map((i) => ({ path: join(repo.root, path, relpaths[i]!), hash: null })),
      legacy,
    }),
    stop,
    (output, [from]) => {
      output.md5s.forEach((md5, k) => {
        const i = unread[from + k]!;
        md5s[i] = md5;
        stamps[i] = output.stamps[k]!;
        done += stamps[i]![3];
      });
      report({ done, total, unit: 'bytes', label: `reading ${path}` });
    },
  );
  const present = summarise(scan);
  if (unread.length > 0 || !full) remember(memory, present.hash, scan, startedAt);
  return present;
}

/** Hash, size and entries of what was scanned, once every MD5 is known. */
export function summarise(scan: Extract<Scan, { kind: 'read' }>): Present {
  const size = scan.stamps.reduce((sum, stamp) => sum + stamp[3], 0);
  const entries = scan.relpaths.map((relpath, i) => ({ relpath, md5: scan.md5s[i]! }));
  const manifest = scan.isFolder ? writeManifest(entries) : null;
  const hash = manifest?.hash ?? entries[0]!.md5;
  const { isFolder, isexec } = scan;
  return { isFolder, isexec, hash, size, nfiles: entries.length, entries, manifest: manifest?.bytes };
}

/** Remembers what was read; a project that cannot be written is read again the next time. */
export function remember(memory: string, hash: string, scan: Extract<Scan, { kind: 'read' }>, startedAt: number): void {
  const files = scan.relpaths.map((relpath, i) => ({ relpath, stamp: scan.stamps[i]!, md5: scan.md5s[i]! }));
  try {
    writeMemory(memory, hash, files, startedAt);
  } catch {
    // it saves time only
  }
}
