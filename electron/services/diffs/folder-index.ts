import type { FolderEntry, TreeNode } from '../../../shared/contract/diffs.ts';
import type { LocatedFile } from '../datasets/located.ts';
import type { LocatedFolder } from './folder.ts';
import { createTurns } from './turns.ts';
import type { FolderDiff } from './types.ts';

/** A folder of the tree, with everything below it added up. */
export type Branch = {
  readonly path: string;
  readonly parent: Branch | null;
  readonly sums: Sums;
  readonly folders: Branch[];
  /** files directly in it that are not the same */
  readonly changed: FolderEntry[];
  readonly unchanged: LocatedFile[];
};
type Sums = { files: TreeNode['files']; bytesBefore: number; bytesAfter: number; bytesChanged: number };

export type FolderIndex = {
  readonly branches: ReadonlyMap<string, Branch>;
  /** what is not the same, by its path */
  readonly entries: ReadonlyMap<string, FolderEntry>;
  /** in order of path */
  readonly unchanged: readonly LocatedFile[];
};

const noSums = (): Sums => ({
  files: { added: 0, removed: 0, changed: 0, renamed: 0, unchanged: 0 },
  bytesBefore: 0,
  bytesAfter: 0,
  bytesChanged: 0,
});

/**
 * Adds a folder diff up by folders. A renamed file counts where it is now.
 * @throws AppError CANCELLED
 */
export async function indexFolder(diff: FolderDiff, after: LocatedFolder, signal?: AbortSignal): Promise<FolderIndex> {
  const turn = createTurns(signal);
  const branches = new Map<string, Branch>();
  const branchOf = (path: string): Branch => {
    const known = branches.get(path);
    if (known) return known;
    const parent = path === '' ? null : branchOf(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    const branch = { path, parent, sums: noSums(), folders: [], changed: [], unchanged: [] };
    branches.set(path, branch);
    parent?.folders.push(branch);
    return branch;
  };
  branchOf('');
  const put = (path: string, one: FolderEntry): Branch => {
    const own = branchOf(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    const changed = changedBytes(one);
    for (let branch: Branch | null = own; branch; branch = branch.parent) {
      branch.sums.files[one.status]++;
      branch.sums.bytesBefore += one.bytesBefore ?? 0;
      branch.sums.bytesAfter += one.bytesAfter ?? 0;
      branch.sums.bytesChanged += changed;
    }
    return own;
  };
  const entries = new Map<string, FolderEntry>();
  for (const entry of diff.entries) {
    const pause = turn();
    if (pause) await pause;
    entries.set(entry.path, entry);
    put(entry.path, entry).changed.push(entry);
  }
  const unchanged: LocatedFile[] = [];
  for (const file of after.files) {
    const pause = turn();
    if (pause) await pause;
    if (entries.has(file.relpath)) continue;
    unchanged.push(file);
    put(file.relpath, unchangedEntry(file)).unchanged.push(file);
  }
  unchanged.sort((a, b) => (a.relpath < b.relpath ? -1 : 1));
  return { branches, entries, unchanged };
}

export const unchangedEntry = ({ relpath, size }: LocatedFile): FolderEntry => ({
  path: relpath,
  status: 'unchanged',
  renamedFrom: null,
  bytesBefore: size,
  bytesAfter: size,
});

/** The larger side of what was added, removed or changed. */
const changedBytes = ({ status, bytesBefore, bytesAfter }: FolderEntry): number =>
  status === 'unchanged' || status === 'renamed' ? 0 : Math.max(bytesBefore ?? 0, bytesAfter ?? 0);

const MOST_AT_ONCE = 20_000;
/** With several levels at once, what is small in a folder is left out: nobody would see it. */
const MOST_IN_FOLDER = 300;

/** What is below a folder, `depth` levels, in each folder the most changed bytes first. Empty for a folder that is on no side. */
export function treeOf({ branches }: FolderIndex, prefix: string, depth: number): TreeNode[] {
  const start = branches.get(prefix.replace(/\/+$/, ''));
  if (!start) return [];
  const nodes: TreeNode[] = [];
  let level = [start];
  for (let i = 0; i < depth && level.length > 0; i++) {
    const next: Branch[] = [];
    for (const branch of level) {
      const own = nodesIn(branch);
      for (const { node, folder } of depth === 1 ? own : own.slice(0, MOST_IN_FOLDER)) {
        if (nodes.length >= MOST_AT_ONCE) return nodes;
        nodes.push(node);
        if (folder) next.push(folder);
      }
    }
    level = next;
  }
  return nodes;
}

function nodesIn(branch: Branch): { node: TreeNode; folder: Branch | null }[] {
  const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  const folders = branch.folders.map((folder) => ({
    folder,
    node: {
      name: nameOf(folder.path),
      path: folder.path,
      folder: true,
      ...folder.sums,
      status: null,
      renamedFrom: null,
    },
  }));
  const files = [...branch.changed, ...branch.unchanged.map(unchangedEntry)].map((entry) => ({
    folder: null,
    node: {
      name: nameOf(entry.path),
      path: entry.path,
      folder: false,
      files: { ...noSums().files, [entry.status]: 1 },
      bytesBefore: entry.bytesBefore ?? 0,
      bytesAfter: entry.bytesAfter ?? 0,
      bytesChanged: changedBytes(entry),
      status: entry.status,
      renamedFrom: entry.renamedFrom,
    },
  }));
  return [...folders, ...files].sort(
    (a, b) =>
      b.node.bytesChanged - a.node.bytesChanged ||
      Number(b.node.folder) - Number(a.node.folder) ||
      Number(a.node.status === 'unchanged') - Number(b.node.status === 'unchanged') ||
      (a.node.path < b.node.path ? -1 : 1),
  );
}
