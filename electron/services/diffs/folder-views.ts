import { join } from 'node:path';
import type { FolderEntry, ImageDiff, SimilarPair, TreeNode } from '../../../shared/contract/diffs.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Located, LocatedFile } from '../datasets/located.ts';
import type { Events } from '../events.ts';
import type { JobsService } from '../jobs/service.ts';
import { openHashCache } from '../media/hash-cache.ts';
import { diffImages } from '../media/image-diff.ts';
import { realInside } from '../media/inside.ts';
import { assayFolder } from '../projects/layout.ts';
import type { LocatedFolder } from './folder.ts';
import { type EntriesFilter, findEntries } from './folder-entries.ts';
import { type FolderIndex, indexFolder, treeOf } from './folder-index.ts';
import type { OpenDiff } from './service.ts';
import { findSimilarImages } from './similar-images.ts';
import type { FolderDiff } from './types.ts';

type On = { project: string; id: string };
type Deps = {
  projects: { get(id: string): { root: string } };
  openDiff(on: On, signal?: AbortSignal): Promise<OpenDiff>;
  jobs: JobsService;
  events: Events;
};
type OpenFolder = {
  readonly diff: FolderDiff;
  readonly before: LocatedFolder;
  readonly after: LocatedFolder;
  readonly index: FolderIndex;
};

const MOST_OPEN = 4;
/** Making sure that a working copy is still what was compared looks at every file of it: not for every page of a list. */
const SURE_MS = 3000;

export type FolderViews = ReturnType<typeof createFolderViews>;

/** What is asked of a folder diff that was made: its tree, pages of its entries, images that look alike, one image in detail. */
export function createFolderViews({ projects, openDiff, jobs, events }: Deps) {
  const recent = new Map<string, { at: number; opened: Promise<OpenDiff> }>();
  const folders = new WeakMap<Located, Promise<OpenFolder>>();
  const similar = new Map<string, { job: string | null; pairs: SimilarPair[] | null }>();
  const keyOf = ({ project, id }: On): string => `${project}/${id}`;

  const open = (on: On): Promise<OpenDiff> => {
    const key = keyOf(on);
    const known = recent.get(key);
    if (known && performance.now() - known.at < SURE_MS) return known.opened;
    const opened = openDiff(on);
    recent.delete(key);
    recent.set(key, { at: performance.now(), opened });
    opened.catch(() => recent.delete(key));
    for (const old of [...recent.keys()].slice(0, -MOST_OPEN)) recent.delete(old);
    return opened;
  };

  const folder = async (on: On): Promise<OpenFolder> => {
    const { diff, before, after } = await open(on);
    if (diff.kind !== 'folder' || before.kind !== 'folder' || after.kind !== 'folder')
      throw new AppError('BAD_REQUEST', 'Only folders have a tree and entries, and these are not two folders.');
    const known = folders.get(after);
    if (known && (await known).diff === diff) return known;
    const made = indexFolder(diff, after).then((index) => ({ diff, before, after, index }));
    folders.set(after, made);
    return made;
  };

  const pathOf = (root: string, side: Located, path: string): string | null => {
    if (side.kind === 'file') return path === '' ? realInside(side.file, root, side.file) : null;
    const file = side.files.find((one: LocatedFile) => one.relpath === path)?.file;
    if (!file) return null;
    return realInside(file, root, file.endsWith(`/${path}`) ? file.slice(0, -path.length - 1) : null);
  };

  return {
    /** Both sides of a diff; for a few seconds without looking whether they are still what was compared. */
    sides: (on: On): Promise<OpenDiff> => open(on),

    async tree({ prefix, depth, ...on }: On & { prefix: string; depth: number }): Promise<TreeNode[]> {
      return treeOf((await folder(on)).index, prefix, depth);
    },

    async entries(input: On & EntriesFilter, signal?: AbortSignal): Promise<{ total: number; entries: FolderEntry[] }> {
      return findEntries((await folder(input)).index, input, signal);
    },

    /** Starts to look for images that look alike; one search at a time, and what was found stays until Assay ends. */
    async findSimilar(on: On): Promise<{ job: string }> {
      const { diff, before, after } = await folder(on);
      const running = similar.get(keyOf(on));
      if (running?.job) return { job: running.job };
      const cache = openHashCache(join(assayFolder(projects.get(on.project).root), 'cache', 'image-hashes'));
      const found: { job: string | null; pairs: SimilarPair[] | null } = { job: null, pairs: running?.pairs ?? null };
      similar.set(keyOf(on), found);
      found.job = jobs.start(
        { title: `Looking for images of ${after.name} that look alike`, project: on.project, unit: 'images' },
        async ({ progress, signal }) => {
          try {
            found.pairs = await findSimilarImages(diff, before, after, { signal, cache, onProgress: progress });
          } finally {
            found.job = null;
            events.changed('diffs', on.project, [on.id]);
          }
        },
      );
      return { job: found.job };
    },

    similar(on: On): { done: boolean; pairs: SimilarPair[] } {
      const found = similar.get(keyOf(on))?.pairs ?? null;
      return { done: found !== null, pairs: found ?? [] };
    },

    /**
     * Details of one image: of the entry with this path (on the new side where it is there), or of the diff of two images itself ('').
     * @throws AppError NOT_FOUND when there is no such entry, or this machine has neither side
     */
    async image({ path, ...on }: On & { path: string }, signal?: AbortSignal): Promise<ImageDiff> {
      const { diff, before, after } = await open(on);
      if (path === '' && diff.kind === 'image') return diff;
      const { root } = projects.get(on.project);
      const entry = diff.kind === 'folder' ? (await folder(on)).index.entries.get(path) : undefined;
      const old = pathOf(root, before, entry?.renamedFrom ?? path);
      const now = pathOf(root, after, path);
      if (old === null && now === null)
        throw new AppError(
          'NOT_FOUND',
          `"${path}" is on neither side, or this machine does not have it. Pull it to see it.`,
        );
      return diffImages(old, now, signal ? { signal } : {});
    },
  };
}
