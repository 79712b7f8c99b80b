import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { md5Of } from './bytes.ts';
import type { DiffOptions, Finding, FolderDiff, FolderEntry } from './types.ts';

type File = { path: string; size: number; full: string };

/**
 * Compares two folders, all levels down, by size and then by MD5; only files that the size does not tell apart are read. A removed and an
 * added file of the same bytes are one renamed file. Symbolic links are not followed: they are named in the findings.
 */
export async function diffFolders(old: string, now: string, options: DiffOptions): Promise<FolderDiff> {
  const started = performance.now();
  const { signal } = options;
  options.onStage?.('Listing files');
  const [before, after] = [await listFiles(old, signal), await listFiles(now, signal)];
  options.onStage?.('Comparing files');
  const files = { added: 0, removed: 0, changed: 0, renamed: 0, unchanged: 0 };
  const bytes = { before: 0, after: 0, added: 0, removed: 0, changed: 0 };
  const entries: FolderEntry[] = [];
  const gone = new Map<string, File>();
  for (const file of before.files.values()) {
    bytes.before += file.size;
    const other = after.files.get(file.path);
    if (!other) gone.set(file.path, file);
    else if (other.size === file.size && (await md5Of(file.full, signal)) === (await md5Of(other.full, signal)))
      files.unchanged++;
    else {
      files.changed++;
      bytes.changed += other.size;
      entries.push({
        path: file.path,
        status: 'changed',
        renamedFrom: null,
        bytesBefore: file.size,
        bytesAfter: other.size,
      });
    }
  }
  const fresh = [...after.files.values()].filter((file) => !before.files.has(file.path));
  for (const file of after.files.values()) bytes.after += file.size;
  const renamed = await findRenamed([...gone.values()], fresh, signal);
  for (const file of fresh) {
    const from = renamed.get(file);
    if (from) {
      files.renamed++;
      gone.delete(from.path);
      entries.push({
        path: file.path,
        status: 'renamed',
        renamedFrom: from.path,
        bytesBefore: from.size,
        bytesAfter: file.size,
      });
    } else {
      files.added++;
      bytes.added += file.size;
      entries.push({ path: file.path, status: 'added', renamedFrom: null, bytesBefore: null, bytesAfter: file.size });
    }
  }
  for (const file of gone.values()) {
    files.removed++;
    bytes.removed += file.size;
    entries.push({ path: file.path, status: 'removed', renamedFrom: null, bytesBefore: file.size, bytesAfter: null });
  }
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  const links = [...before.links.map(linkFinding('before')), ...after.links.map(linkFinding('after'))];
  return {
    kind: 'folder',
    verdict: entries.length === 0 ? 'identical' : 'changed',
    files,
    bytes,
    entries,
    leaks: [],
    findings: links,
    elapsedMs: Math.round(performance.now() - started),
  };
}

const linkFinding =
  (side: 'before' | 'after') =>
  (path: string): Finding => ({
    code: 'link_left_out',
    message: `${path} is a symbolic link or no file; it is not compared.`,
    side,
  });

async function listFiles(root: string, signal?: AbortSignal): Promise<{ files: Map<string, File>; links: string[] }> {
  const files = new Map<string, File>();
  const links: string[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (signal?.aborted) throw new AppError('CANCELLED', 'The comparison was stopped.');
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const full = join(root, path);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) files.set(path, { path, full, size: (await lstat(full)).size });
      else links.push(path);
    }
  }
  return { files, links };
}

/** By new file the removed one whose bytes it has. Empty files are like any other empty file, so they are never called renamed. */
async function findRenamed(
  gone: readonly File[],
  fresh: readonly File[],
  signal?: AbortSignal,
): Promise<Map<File, File>> {
  const sizes = new Set(fresh.map((file) => file.size));
  const byHash = new Map<string, File[]>();
  for (const file of gone) {
    if (file.size === 0 || !sizes.has(file.size)) continue;
    const hash = await md5Of(file.full, signal);
    byHash.set(hash, [...(byHash.get(hash) ?? []), file]);
  }
  const wanted = new Set([...byHash.values()].flat().map((file) => file.size));
  const found = new Map<File, File>();
  for (const file of fresh) {
    if (!wanted.has(file.size)) continue;
    const from = byHash.get(await md5Of(file.full, signal))?.shift();
    if (from) found.set(file, from);
  }
  return found;
}
