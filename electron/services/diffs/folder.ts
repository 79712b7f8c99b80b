import { realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Located, LocatedFile } from '../datasets/located.ts';
import { onDisk } from '../datasets/on-disk.ts';
import { hashUnknown, type Known } from './folder-hashes.ts';
import { findLeaks } from './leaks.ts';
import { matchRenamed } from './renamed-files.ts';
import { createTurns } from './turns.ts';
import type { DiffOptions, Finding, FolderDiff, FolderEntry } from './types.ts';

export type LocatedFolder = Extract<Located, { kind: 'folder' }>;

const MOST_NAMED = 20;
const EMPTY_MD5 = 'd41d8cd98f00b204e9800998ecf8427e';

/** Compares two folders on the disk, all levels down. Links are not followed: the findings name them. */
export async function diffFolders(old: string, now: string, options: DiffOptions): Promise<FolderDiff> {
  const started = performance.now();
  options.onStage?.('Listing files');
  const [before, after] = [await listed(old, options.signal), await listed(now, options.signal)];
  const diff = await diffLocatedFolders(before, after, options);
  return { ...diff, elapsedMs: Math.round(performance.now() - started) };
}

async function listed(path: string, signal?: AbortSignal): Promise<LocatedFolder> {
  const name = basename(path);
  return (await onDisk(await realpath(path), { name, label: name }, signal)) as LocatedFolder;
}

/**
 * Compares two folders by the MD5 of their files. What the versions say is not read again: only files without a known hash are, and of those
 * only such as their sizes do not tell apart. A removed and an added file of the same content are one renamed file, whether its name or its
 * folder changed. `leaks` are contents that several splits of the new side have.
 * @throws AppError CANCELLED
 */
export async function diffLocatedFolders(
  before: LocatedFolder,
  after: LocatedFolder,
  options: DiffOptions,
): Promise<FolderDiff> {
  const started = performance.now();
  options.onStage?.('Comparing files');
  const turn = createTurns(options.signal);
  const olds = new Map<string, LocatedFile>();
  for (const file of before.files) {
    const pause = turn();
    if (pause) await pause;
    olds.set(file.relpath, file);
  }
  const known = await hashUnknown(olds, before.files, after.files, options);
  const entries: FolderEntry[] = [];
  const files = { added: 0, removed: 0, changed: 0, renamed: 0, unchanged: 0 };
  const bytes = { before: 0, after: 0, added: 0, removed: 0, changed: 0 };
  const put = (status: FolderEntry['status'], old: LocatedFile | null, now: LocatedFile | null): void => {
    files[status]++;
    if (status === 'unchanged') return;
    entries.push({
      path: (now ?? old)!.relpath,
      status,
      renamedFrom: status === 'renamed' ? old!.relpath : null,
      bytesBefore: old?.size ?? null,
      bytesAfter: now?.size ?? null,
    });
    if (status === 'added') bytes.added += now!.size ?? 0;
    else if (status === 'removed') bytes.removed += old!.size ?? 0;
    else if (status === 'changed') bytes.changed += now!.size ?? 0;
  };
  const fresh: LocatedFile[] = [];
  for (const now of after.files) {
    const pause = turn();
    if (pause) await pause;
    bytes.after += now.size ?? 0;
    const old = olds.get(now.relpath);
    if (!old) fresh.push(now);
    else put(known.same(old, now) ? 'unchanged' : 'changed', old, now);
    olds.delete(now.relpath);
  }
  for (const { size } of before.files) bytes.before += size ?? 0;
  const renamed = await findRenamed([...olds.values()], fresh, known, turn);
  for (const now of fresh) {
    const pause = turn();
    if (pause) await pause;
    const old = renamed.get(now) ?? null;
    put(old ? 'renamed' : 'added', old, now);
    if (old) olds.delete(old.relpath);
  }
  for (const old of olds.values()) put('removed', old, null);
  entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));

  options.onStage?.('Looking for leaks');
  const { leaks, findings } = await findLeaks(after.files, known.md5, turn);
  return {
    kind: 'folder',
    verdict: entries.length === 0 ? 'identical' : 'changed',
    files,
    bytes,
    entries,
    leaks,
    findings: [...findings, ...about(before, known, 'before'), ...about(after, known, 'after')],
    elapsedMs: Math.round(performance.now() - started),
  };
}

/** Empty files are like any other empty file, so they are never called renamed. */
async function findRenamed(
  gone: readonly LocatedFile[],
  fresh: readonly LocatedFile[],
  known: Known,
  turn: () => Promise<void> | undefined,
): Promise<Map<LocatedFile, LocatedFile>> {
  const found = new Map<LocatedFile, LocatedFile>();
  const groups = new Map<string, { gone: LocatedFile[]; fresh: LocatedFile[] }>();
  for (const [files, side] of [
    [gone, 'gone'],
    [fresh, 'fresh'],
  ] as const) {
    for (const file of files) {
      const pause = turn();
      if (pause) await pause;
      const md5 = file.size === 0 ? null : known.md5(file);
      if (md5 === null || md5 === EMPTY_MD5) continue;
      const group = groups.get(md5);
      if (group) group[side].push(file);
      // an added file whose content nothing removed had needs no group
      else if (side === 'gone') groups.set(md5, { gone: [file], fresh: [] });
    }
  }
  for (const group of groups.values()) {
    const pause = turn();
    if (pause) await pause;
    if (group.fresh.length > 0) for (const [now, old] of matchRenamed(group.gone, group.fresh)) found.set(now, old);
  }
  return found;
}

function about({ files, leftOut = [] }: LocatedFolder, known: Known, side: 'before' | 'after'): Finding[] {
  const findings = leftOut.slice(0, MOST_NAMED).map(
    (path): Finding => ({
      code: 'link_left_out',
      message: `${path} is a symbolic link or no file; it is not compared.`,
      side,
    }),
  );
  if (leftOut.length > MOST_NAMED)
    findings.push({
      code: 'link_left_out',
      message: `${leftOut.length - MOST_NAMED} more links or things that are no files are not compared.`,
      side,
    });
  const absent = files.filter((file) => file.file === null).length;
  if (absent > 0)
    findings.push({
      code: 'not_on_this_machine',
      message: `${absent.toLocaleString('en')} of ${files.length.toLocaleString('en')} files are not on this machine: they are compared by their recorded hashes, and cannot be shown. Pull this version to see them.`,
      side,
    });
  const unread = files.filter((file) => file.file !== null && known.unreadable.has(file));
  for (const { relpath } of unread.slice(0, MOST_NAMED))
    findings.push({ code: 'unreadable', message: `${relpath} cannot be read; it counts as changed.`, side });
  return findings;
}
