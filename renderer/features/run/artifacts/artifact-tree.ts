import type { Artifact } from '../../../../shared/contract/runs.ts';

/** What a script logged under one key, step after step. */
export type MediaGroup = { readonly key: string; readonly kind: Artifact['kind']; readonly items: readonly Artifact[] };

export type TreeRow =
  | {
      readonly kind: 'folder';
      readonly path: string;
      readonly name: string;
      readonly depth: number;
      readonly files: number;
      readonly size: number;
    }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly name: string;
      readonly depth: number;
      readonly artifact: Artifact;
    };

const collator = new Intl.Collator('en', { numeric: true });

/** The artifacts that belong to a key, as one group a key and kind, each by step. */
export function mediaGroups(artifacts: readonly Artifact[]): MediaGroup[] {
  const groups = new Map<string, Artifact[]>();
  for (const artifact of artifacts) {
    if (artifact.key === null) continue;
    const name = `${artifact.kind} ${artifact.key}`;
    groups.set(name, [...(groups.get(name) ?? []), artifact]);
  }
  return [...groups.values()]
    .map((items) => ({
      key: items[0]!.key!,
      kind: items[0]!.kind,
      items: items.sort((a, b) => (a.step ?? 0) - (b.step ?? 0) || collator.compare(a.path, b.path)),
    }))
    .sort((a, b) => collator.compare(a.key, b.key));
}

type Folder = { folders: Map<string, Folder>; files: Artifact[]; count: number; size: number };

/**
 * Files and folders as the rows of a tree, folders first, in natural order.
 * @param closed paths of folders whose content is left out
 */
export function treeRows(artifacts: readonly Artifact[], closed: ReadonlySet<string>): TreeRow[] {
  const root = emptyFolder();
  for (const artifact of artifacts) {
    let folder = root;
    for (const name of artifact.path.split('/').slice(0, -1)) {
      const next = folder.folders.get(name) ?? emptyFolder();
      folder.folders.set(name, next);
      folder = next;
      folder.count += 1;
      folder.size += artifact.size;
    }
    folder.files.push(artifact);
  }
  return rowsOf(root, '', 0, closed);
}

function emptyFolder(): Folder {
  return { folders: new Map(), files: [], count: 0, size: 0 };
}

function rowsOf(folder: Folder, prefix: string, depth: number, closed: ReadonlySet<string>): TreeRow[] {
  const folders = [...folder.folders]
    .sort(([a], [b]) => collator.compare(a, b))
    .flatMap(([name, inner]): TreeRow[] => {
      const path = `${prefix}${name}`;
      const row: TreeRow = { kind: 'folder', path, name, depth, files: inner.count, size: inner.size };
      return closed.has(path) ? [row] : [row, ...rowsOf(inner, `${path}/`, depth + 1, closed)];
    });
  const files = folder.files
    .map((artifact): TreeRow => {
      const name = artifact.path.slice(prefix.length);
      return { kind: 'file', path: artifact.path, name, depth, artifact };
    })
    .sort((a, b) => collator.compare(a.name, b.name));
  return [...folders, ...files];
}
