import type { DataSide } from './contract/tables.ts';

/**
 * A side in an address: `work:<path>` for the working copy, `rev:<rev>:<path>` for a version, `file:<path>` for a file on disk. A rev has no
 * colon (git forbids it in names), so the first one behind `rev:` ends it.
 */
export function writeSide(side: DataSide): string {
  if (side.kind === 'file') return `file:${side.file}`;
  return side.rev === null ? `work:${side.path}` : `rev:${side.rev}:${side.path}`;
}

/** The side that an address names; null when it names none. */
export function parseSide(text: unknown): DataSide | null {
  if (typeof text !== 'string' || text.length > 8000) return null;
  const match = /^(?:work:(?<work>.+)|rev:(?<rev>[^:]+):(?<path>.+)|file:(?<file>.+))$/s.exec(text);
  const { work, rev, path, file } = match?.groups ?? {};
  if (work) return { kind: 'version', path: work, rev: null };
  if (rev && path) return { kind: 'version', path, rev };
  return file ? { kind: 'file', file } : null;
}
