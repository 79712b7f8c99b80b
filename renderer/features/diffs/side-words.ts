import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { DataSide } from '../../../shared/contract/tables.ts';
import { formatBytes, plural, shortCommit } from '../../lib/format.ts';

/** The path of a side, whether in the project or on disk. */
export function pathOf(side: DataSide): string {
  return side.kind === 'file' ? side.file : side.path;
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || path;
}

/** What a side is called before the host has said it. */
export function sideLabel(side: DataSide): string {
  if (side.kind === 'file') return 'file on disk';
  if (side.rev === null) return 'working copy';
  return /^[0-9a-f]{32,64}$/.test(side.rev) ? shortCommit(side.rev) : side.rev;
}

/** A file inside a folder's side: the same version of it. */
export function insideOf(side: DataSide, path: string): DataSide {
  if (side.kind === 'file') return { kind: 'file', file: `${side.file.replace(/[/\\]+$/, '')}/${path}` };
  return { ...side, path: `${side.path.replace(/\/+$/, '')}/${path}` };
}

/** Size, files and rows of a version, as far as they are known. */
export function versionFacts(version: Pick<DatasetVersion, 'size' | 'nfiles' | 'rows'>): string {
  return [
    version.rows === null ? '' : plural(version.rows, 'row'),
    version.nfiles === null ? '' : plural(version.nfiles, 'file'),
    version.size === null ? '' : formatBytes(version.size),
  ]
    .filter(Boolean)
    .join(' · ');
}
