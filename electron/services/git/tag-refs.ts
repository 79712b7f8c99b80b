import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from './repository.ts';

/** A tag's name without `refs/tags/` and the object that it names: a tag object, or a commit of a light one. */
export type TagRef = { readonly name: string; readonly oid: string };

type Kept = { readonly stamp: string; readonly oid: string };

/** What was read of a repository's refs, each with how its file looked then. */
export type RefMemory = {
  loose: Map<string, Kept>;
  packed: { stamp: string; refs: ReadonlyMap<string, string> };
};
export const newRefMemory = (): RefMemory => ({ loose: new Map(), packed: { stamp: '', refs: new Map() } });

const MOST_DEPTH = 20;

/**
 * All tags of a repository, by name. A file that looks as it did is not read again: looking at thousands costs milliseconds. What cannot
 * be read, or is no id of an object, is left out.
 */
export function readTagRefs({ commonFolder }: Repository, memory: RefMemory): TagRef[] {
  const found = new Map<string, string>();
  for (const [name, oid] of packedTags(join(commonFolder, 'packed-refs'), memory)) found.set(name, oid);
  const seen = new Map<string, Kept>();
  const visit = (folder: string, below: string, depth: number): void => {
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      const name = below + entry.name;
      if (entry.isDirectory() && depth < MOST_DEPTH) visit(path, `${name}/`, depth + 1);
      else if (entry.isFile() && !name.endsWith('.lock')) {
        const kept = readLoose(path, memory.loose.get(path));
        if (!kept) continue;
        seen.set(path, kept);
        found.set(name, kept.oid);
      }
    }
  };
  visit(join(commonFolder, 'refs', 'tags'), '', 0);
  memory.loose = seen;
  return [...found].map(([name, oid]) => ({ name, oid })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readLoose(path: string, before: Kept | undefined): Kept | null {
  const stamp = stampOf(path);
  if (stamp === '') return null;
  if (before?.stamp === stamp) return before;
  try {
    const oid = readFileSync(path, 'utf8').trim();
    return /^[0-9a-f]{40}$/.test(oid) ? { stamp, oid } : null;
  } catch {
    // just being packed
    return null;
  }
}

function packedTags(path: string, memory: RefMemory): ReadonlyMap<string, string> {
  const stamp = stampOf(path);
  if (stamp === memory.packed.stamp) return memory.packed.refs;
  const refs = new Map<string, string>();
  if (stamp !== '')
    for (const [, oid, name] of readFileSync(path, 'utf8').matchAll(/^([0-9a-f]{40}) refs\/tags\/(.+)$/gm))
      refs.set(name!, oid!);
  memory.packed = { stamp, refs };
  return refs;
}

function stampOf(path: string): string {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}` : '';
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
