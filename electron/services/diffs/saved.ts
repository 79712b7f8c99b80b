import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Diff, DiffSettings, SideInfo } from '../../../shared/contract/diffs.ts';
import { DataSide } from '../../../shared/contract/tables.ts';
import { makeFolder, writeFileAtomic } from '../../platform/files.ts';
import { assayFolder } from '../projects/layout.ts';

/** What is known of a comparison before its result is read. `sides` name the versions so that they mean the same for ever. */
const Head = z.object({
  version: z.literal(1),
  id: z.string(),
  before: SideInfo,
  after: SideInfo,
  sides: z.object({ before: DataSide, after: DataSide }),
  settings: DiffSettings,
  kind: z.string(),
  verdict: z.string(),
  madeAt: z.number(),
});
export type SavedHead = z.infer<typeof Head>;
export type Saved = SavedHead & { readonly diff: Diff };

const ID = /^[0-9a-f]{32}$/;
const MOST_KEPT = 500;
const MOST_HEAD = 100_000;

const folderOf = (root: string): string => join(assayFolder(root), 'diffs');
const fileOf = (root: string, id: string): string => join(folderOf(root), `${id}.json`);

/** Keeps a result; the oldest beyond 500 go. */
export function writeSaved(root: string, { diff, ...head }: Saved): void {
  makeFolder(folderOf(root));
  // the head has a line to itself: a list need not read results
  writeFileAtomic(fileOf(root, head.id), `{"head":${JSON.stringify(head)},\n"diff":${JSON.stringify(diff)}}\n`);
  const all = readdirSync(folderOf(root)).filter((name) => ID.test(name.replace(/\.json$/, '')));
  if (all.length <= MOST_KEPT) return;
  const aged = all.map((name) => ({
    name,
    at: statSync(join(folderOf(root), name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  }));
  for (const { name } of aged.sort((a, b) => b.at - a.at).slice(MOST_KEPT))
    rmSync(join(folderOf(root), name), { force: true });
}

/** A result; null when there is none or its file is damaged. */
export function readSaved(root: string, id: string): Saved | null {
  if (!ID.test(id)) return null;
  try {
    const { head, diff } = z
      .object({ head: Head, diff: Diff })
      .parse(JSON.parse(readFileSync(fileOf(root, id), 'utf8')));
    return head.id === id ? { ...head, diff } : null;
  } catch {
    return null;
  }
}

/** What is saved, newest first; damaged files are left out. */
export function listSaved(root: string): SavedHead[] {
  if (!existsSync(folderOf(root))) return [];
  const heads = readdirSync(folderOf(root)).flatMap((name): SavedHead[] => {
    const id = name.replace(/\.json$/, '');
    if (!ID.test(id)) return [];
    try {
      const line = firstLine(fileOf(root, id));
      const parsed = Head.safeParse(JSON.parse(line.slice('{"head":'.length, -1)));
      return parsed.success && parsed.data.id === id ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
  return heads.sort((a, b) => b.madeAt - a.madeAt);
}

function firstLine(path: string): string {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(MOST_HEAD);
    const text = bytes.toString('utf8', 0, readSync(fd, bytes, 0, MOST_HEAD, 0));
    return text.slice(0, text.indexOf('\n'));
  } finally {
    closeSync(fd);
  }
}

export function removeSaved(root: string, id: string): void {
  if (ID.test(id)) rmSync(fileOf(root, id), { force: true });
}
