import { createHash } from 'node:crypto';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { makeFolder, readJson, writeFileAtomic } from '../../platform/files.ts';

const Entry = z.object({
  root: z.string(),
  openedAt: z.number(),
  trusted: z.boolean().default(false),
  example: z.boolean().default(false),
});
export type Entry = z.infer<typeof Entry>;

const MAX_RECENT = 50;

/** The recent projects of this person, in `projects.json` of Assay's data folder. Trust is theirs, so it is kept here and not in the repository. */
export function createRegistry(folder: string) {
  const file = join(folder, 'projects.json');
  const read = (): Entry[] => z.array(Entry).catch([]).parse(readJson(file));
  const write = (entries: readonly Entry[]): void => {
    makeFolder(folder);
    writeFileAtomic(file, JSON.stringify(entries.slice(0, MAX_RECENT), null, 2));
  };
  return {
    list: read,
    find: (root: string): Entry | undefined => read().find((entry) => entry.root === root),
    /** Adds or changes one and puts it in front. */
    put(root: string, change: Partial<Omit<Entry, 'root'>>): Entry {
      const entries = read();
      const before = entries.find((entry) => entry.root === root) ?? {
        root,
        openedAt: 0,
        trusted: false,
        example: false,
      };
      const entry = { ...before, ...change };
      write([entry, ...entries.filter((other) => other.root !== root)].sort((a, b) => b.openedAt - a.openedAt));
      return entry;
    },
    remove(root: string): void {
      write(read().filter((entry) => entry.root !== root));
    },
  };
}

/** A short, stable id of a project: the same folder has the same id on this machine, so links keep working. */
export function projectId(root: string): string {
  const slug = basename(root)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 24);
  return `${slug || 'project'}-${createHash('sha256').update(root).digest('hex').slice(0, 8)}`;
}

/**
 * The real, absolute folder behind what a person typed (`~` allowed).
 * @throws AppError NOT_FOUND, BAD_REQUEST when it is no folder
 */
export function realFolder(path: string, home: string): string {
  const expanded = path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path;
  const absolute = resolve(expanded);
  if (!existsSync(absolute)) throw new AppError('NOT_FOUND', `There is no folder ${absolute}. Check the path.`);
  if (!statSync(absolute).isDirectory())
    throw new AppError('BAD_REQUEST', `${absolute} is a file, not a folder. Open the folder it is in.`);
  return realpathSync(absolute);
}
